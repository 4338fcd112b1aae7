import { loadRankSum } from '../rank-sum.ts';
import { CUMULATIVE, designed } from './evidence-design.ts';
import { mannWhitney } from './mann-whitney.ts';
import type { Method } from './method.ts';
import { MULTIWINDOW } from './multiwindow.ts';
import { ARGO_LAST_POINT, FLAGGER_LAST_POINT, WINDOW_THRESHOLD } from './thresholds.ts';
import { Z_TEST } from './z-test.ts';

/** What others do, from their public descriptions. Mann-Whitney is missing where its rank sum is. */
export async function baselines(): Promise<readonly Method[]> {
  const rankSum = await loadRankSum();
  return [
    ARGO_LAST_POINT,
    FLAGGER_LAST_POINT,
    WINDOW_THRESHOLD,
    MULTIWINDOW,
    Z_TEST,
    ...(rankSum === null ? [] : [mannWhitney(rankSum)]),
    designed(CUMULATIVE),
  ];
}
