/** For `node --import`: at each SIGUSR2 nothing else runs for three seconds, as in a long garbage collection. */
const STALL_MS = 3000;

process.on('SIGUSR2', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS);
  process.stderr.write(`${JSON.stringify({ level: 30, msg: 'test stall' })}\n`);
});
