/** Releases made from real traffic, and when their canaries got their first weight. */
export const DEMO_SLOS = 'examples/releases/slos';
const FIRST_WEIGHT = Date.parse('2015-05-17T10:20:00Z');

/** What Argo asks over a release: three modes, several minutes, every SLO, and all of them together. */
export const DEMO_QUESTIONS: readonly string[] = [
  'healthy',
  'fivefold',
  'late',
  'endpoint',
  'incident',
  'no-traffic',
  'service:site',
].flatMap((slo) =>
  [3, 17, 39].flatMap((minute) =>
    ['watch', 'gate', 'preflight'].map((mode) =>
      JSON.stringify({
        slo,
        mode,
        canary: 'canary',
        stable: 'stable',
        minWindow: mode === 'gate' ? '10m' : '',
        at: new Date(FIRST_WEIGHT + minute * 60_000).toISOString(),
      }),
    ),
  ),
);
