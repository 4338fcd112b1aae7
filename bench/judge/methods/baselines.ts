import { wilcoxonRankSum } from 'simple-statistics';
import { CUMULATIVE, designed } from './evidence-design.ts';
import { mannWhitney } from './mann-whitney.ts';
import type { Method } from './method.ts';
import { MULTIWINDOW } from './multiwindow.ts';
import { ARGO_LAST_POINT, FLAGGER_LAST_POINT, WINDOW_THRESHOLD } from './thresholds.ts';
import { Z_TEST } from './z-test.ts';

/** What others do, from their public descriptions. */
export const BASELINES: readonly Method[] = [
  ARGO_LAST_POINT,
  FLAGGER_LAST_POINT,
  WINDOW_THRESHOLD,
  MULTIWINDOW,
  Z_TEST,
  mannWhitney((x, y) => wilcoxonRankSum([...x], [...y])),
  designed(CUMULATIVE),
];
