import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenDemoSource } from '../../_shared/demo-source.ts';

/** Recorded counts need no server: a copy of the files, whose folder an outage takes away. */
export const openDemoSource: OpenDemoSource = async (releases, workDir) => {
  const counts = join(workDir, 'counts');
  const gone = join(workDir, 'gone');
  await cp(releases, counts, { recursive: true });
  return {
    slos: join(counts, 'slos'),
    env: {},
    down: async () => rename(counts, gone),
    up: async () => rename(gone, counts),
    close: async () => undefined,
  };
};
