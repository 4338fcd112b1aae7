import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,providers,argo,demo,test}/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    // A service may take ten seconds to end, more of them longer where the machine is busy.
    hookTimeout: 60_000,
  },
});
