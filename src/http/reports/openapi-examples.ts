/** Examples of the document, by schema; a test holds each against its schema. */
export const EXAMPLES: Readonly<Record<string, object | undefined>> = {
  AnalysisRequest: {
    slo: 'checkout-availability',
    canary: '7c5d9b8f6d',
    stable: '5f6c7d8e9f',
    mode: 'watch',
    namespace: 'shop',
    rollout: 'checkout',
  },
  AnalysisAnswer: {
    verdict: 'fail',
    reason:
      'checkout-availability: canary burns 14.2x its error budget (7.1% bad of 812), stable 0.3x (0.15% bad of 7,310); harm proven at 10:14; window 10:02 to 10:16 UTC, data 4m old',
    code: 'harm-proven',
    summary: [14.2, 'fail', 'checkout-availability: canary burns 14.2x its error budget'],
    burn: { canary: 14.2, stable: 0.3, ratio: 47.3 },
    evidence: { logBurn: 8.6, logRelative: 11.2, logHarm: 8.6, threshold: 4.6, looks: 14 },
    window: { start: '2026-03-01T10:02:00.000Z', end: '2026-03-01T10:16:00.000Z', dataAgeSeconds: 241 },
    analysis: '0f3d9c2b7a6e5d4c3b2a',
    report: '/analyses/0f3d9c2b7a6e5d4c3b2a',
  },
  SloList: {
    slos: [
      {
        slo: 'checkout-availability',
        service: 'checkout',
        state: 'healthy',
        objective: 0.995,
        sli: 0.9981,
        budgetRemaining: 0.62,
        burn: { '1h': 0.3, '6h': 0.4, '3d': 0.36 },
        lastRelease: {
          analysis: '0f3d9c2b7a6e5d4c3b2a',
          verdict: 'fail',
          at: '2026-03-01T10:16:00.000Z',
        },
        asOf: '2026-03-01T12:00:00.000Z',
        computedAt: '2026-03-01T12:04:00.000Z',
        dataAgeSeconds: 240,
        outdated: null,
      },
    ],
  },
  AnalysisList: {
    analyses: [
      {
        analysis: '0f3d9c2b7a6e5d4c3b2a',
        report: '/analyses/0f3d9c2b7a6e5d4c3b2a',
        slo: 'checkout-availability',
        service: 'checkout',
        release: { canary: '7c5d9b8f6d', stable: '5f6c7d8e9f', namespace: 'shop', rollout: 'checkout' },
        verdict: 'fail',
        code: 'harm-proven',
        reason: 'checkout-availability: canary burns 14.2x its error budget',
        firstAt: '2026-03-01T10:06:00.000Z',
        lastAt: '2026-03-01T10:20:00.000Z',
        looks: 14,
        counted: {
          start: '2026-03-01T10:02:00.000Z',
          end: '2026-03-01T10:16:00.000Z',
          canary: { good: 754, bad: 58 },
          stable: { good: 7299, bad: 11 },
        },
      },
    ],
    next: null,
    origin: 'history',
  },
};
