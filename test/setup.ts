// A silent fall-back to the machine's own Node would test another runtime than the one shipped.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  throw new Error(
    `Burngate needs Node 24 or newer, these tests run on ${process.version}. ` +
      'Run `npm ci` and then `npm test`: the npm package `node` brings the pinned runtime.',
  );
}
