import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,providers,argo,demo,test}/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
  },
});
