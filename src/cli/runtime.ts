import { EXIT } from './exit.ts';

const OLDEST = 24;

/** Ends with a clear message on a Node that cannot run Burngate, before anything newer is loaded. */
export function checkRuntime(version: string): void {
  if (Number(version.split('.')[0]) >= OLDEST) return;
  process.stderr.write(
    `burngate: Node ${String(OLDEST)} or newer is needed, this is ${version}. In a clone, "npm ci" brings the right one; run commands by "npm run".\n`,
  );
  process.exit(EXIT.config);
}
