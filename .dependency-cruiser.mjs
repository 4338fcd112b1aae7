const only = (name, from, to, extra = {}) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$', ...extra },
  to: { pathNot: to },
});
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('core-is-closed', '^src/core/', ['^src/core/']),
    only('config', '^src/config/', [
      '^src/(core|config)/',
      '^node_modules/(yaml|zod)/',
      '^(node:)?(fs|path|url)',
    ]),
    {
      name: 'registry-only',
      severity: 'error',
      from: { path: '^(src|providers)/', pathNot: '^src/registry\\.ts$|^providers/|\\.test\\.ts$' },
      to: { path: '^providers/' },
    },
    {
      name: 'no-sibling-provider',
      severity: 'error',
      from: { path: '^providers/([^/_]+)/' },
      to: { path: '^providers/(?!_shared/)', pathNot: '^providers/$1/' },
    },
    {
      name: 'provider-needs-core-only',
      severity: 'error',
      from: { path: '^providers/' },
      to: { path: '^src/', pathNot: '^src/(core|recording)/' },
    },
    only('recording', '^src/recording/', [
      '^src/(core|recording)/',
      '^(node:)?(fs|path|zlib|stream|string_decoder)',
    ]),
    {
      name: 'not-to-test',
      severity: 'error',
      from: { path: '^(src|providers)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|bench)/|\\.test\\.ts$' },
    },
    {
      name: 'no-dev-dep',
      severity: 'error',
      from: { path: '^(src|providers)/', pathNot: '\\.test\\.ts$|/emulator/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'] },
    },
    {
      name: 'sdk-lazily',
      severity: 'error',
      from: { path: '^providers/[^/]+/(index|query)\\.ts$' },
      to: { path: '/client\\.ts$', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sdk-in-client-only',
      severity: 'error',
      from: {
        path: '^(src|providers)/',
        pathNot: '/client\\.ts$|^providers/_shared/|/emulator/|\\.test\\.ts$',
      },
      to: { path: '^node_modules/@(google-cloud|datadog|grpc)/' },
    },
    only('analysis', '^src/analysis/', [
      '^src/(core|analysis)/',
      '^(node:)?crypto',
      '^node_modules/simple-statistics/',
    ]),
    only('reports', '^src/reports/', [
      '^src/(core|analysis|reports)/',
      '^node_modules/(kysely|pg|simple-statistics)/',
      '^(node:)?',
    ]),
    only('http', '^src/http/', [
      '^src/(core|analysis|reports|http)/',
      '^node_modules/(express|@types/express|zod|prom-client|jose)/',
      '^(node:)?[a-z]+(/promises)?$',
    ]),
    only('templates', '^src/templates/', ['^src/(core|config|templates)/']),
    only('onboarding', '^src/onboarding/', ['^src/(core|onboarding)/']),
    only('doctor', '^src/doctor/', ['^src/(?!cli/)', '^node_modules/pg/', '^(node:)?[a-z]+']),
    only('collection', '^src/collection/', [
      '^src/(core|collection)/',
      '^node_modules/(cockatiel|lru-cache)/',
    ]),
    {
      name: 'argo-is-outside',
      comment: 'the double of Argo talks HTTP, as Argo does',
      severity: 'error',
      from: { path: '^argo/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(src|providers|demo|test|bench)/' },
    },
    {
      name: 'nothing-needs-the-demo',
      severity: 'error',
      from: { path: '^(src|providers|argo)/' },
      to: { path: '^demo/' },
    },
    { name: 'not-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
