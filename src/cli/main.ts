#!/usr/bin/env node
import { checkRuntime } from './runtime.ts';

checkRuntime(process.versions.node);
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // As in `judge --trace | head`: who reads no further still gets the verdict, which is the exit code.
    if (error.code !== 'EPIPE') throw error;
  });
}
const { run } = await import('./run.ts');
// Not process.exit: what is still on its way to a pipe must get there.
process.exitCode = await run(process.argv);
