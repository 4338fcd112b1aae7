import { cp, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenDemoSource } from '../../_shared/demo-source.ts';

/** Recorded counts need no server: a copy of the files, which an outage takes away; the SLO files stay. */
export const openDemoSource: OpenDemoSource = async (releases, workDir) => {
  const gone = join(workDir, 'gone');
  const files = (await readdir(releases)).filter((name) => name.endsWith('.csv'));
  await mkdir(gone);
  await cp(join(releases, 'slos'), join(workDir, 'slos'), { recursive: true });
  await Promise.all(files.map(async (name) => cp(join(releases, name), join(workDir, name))));
  const move = async (from: string, to: string): Promise<void> => {
    await Promise.all(files.map(async (name) => rename(join(from, name), join(to, name))));
  };
  return {
    slos: join(workDir, 'slos'),
    env: {},
    down: async () => move(workDir, gone),
    up: async () => move(gone, workDir),
    close: async () => undefined,
  };
};
