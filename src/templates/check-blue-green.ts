import type { Tell } from './finding.ts';
import type { Judged } from './judged.ts';
import { objectAt } from './raw.ts';
import type { RolloutView } from './rollout-view.ts';

const AT = ['spec', 'strategy', 'blueGreen'];

/** Blue-green releases around the analyses that ask Burngate. */
export function checkBlueGreen({ blueGreen }: RolloutView, judged: readonly Judged[], tell: Tell): void {
  if (blueGreen === undefined) return;
  for (const { use, used } of judged) {
    const deciding = used.filter(({ isDryRun }) => !isDryRun).map(({ metric }) => metric);
    if (deciding.length === 0) continue;
    const delay = use.use === 'pre-promotion' ? 'autoPromotionSeconds' : 'scaleDownDelaySeconds';
    if (blueGreen[delay] !== undefined) {
      const where = { at: [...AT, delay], given: `${delay}: ${JSON.stringify(blueGreen[delay])}`, key: true };
      tell('blue-green-cut-short', { ...where, allowed: `no ${delay}`, fix: `remove ${delay}` });
    }
    for (const { mode, body } of deciding) {
      if (use.use === 'pre-promotion' && mode !== 'preflight') {
        const fix = 'templateName: burngate-preflight';
        const given = `mode ${mode ?? '?'} before the switch`;
        tell('blue-green-preview', { at: use.at, given, allowed: 'mode preflight', fix });
      }
      const policy = objectAt(body, 'policy')['onMissingStable'];
      if (use.use === 'post-promotion' && mode !== 'preflight' && policy !== 'absolute') {
        const fix = 'templateName: burngate-blue-green';
        tell('blue-green-compares', {
          at: use.at,
          given: 'no absolute policy',
          allowed: 'burngate-blue-green',
          fix,
        });
      }
    }
  }
}
