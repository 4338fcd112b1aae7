import type { z } from 'zod';
import type { Role } from '../../src/core/counts.ts';
import { invalid, valid, type Issue, type Parsed } from '../../src/core/parsed.ts';
import { issuesOf } from '../_shared/spec-issues.ts';
import type { DurationMs } from '../../src/core/units.ts';
import type { Matcher } from './selector.ts';
import { parseSelectorText } from './selector-text.ts';
import { querySpec } from './spec.ts';

/** What one role counts. Plain data: equal queries compare equal as JSON. */
export interface PrometheusQuery {
  /** A counter; of a histogram the name without `_bucket`. */
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  readonly histogram?: Histogram;
  readonly namespaceLabel: string;
  /** '': the series have none. */
  readonly clusterLabel: string;
  readonly podLabel: string;
  /** Absent: the server's, by the settings. */
  readonly scrapeInterval?: DurationMs;
  readonly settlingLag?: DurationMs;
}

export interface Histogram {
  readonly kind: 'classic' | 'native';
  /** In the metric's own unit, which Prometheus wants to be seconds; absent for a total, which needs none. */
  readonly threshold?: number;
}

/** Reads `metricSource.spec`. */
export function parsePrometheusQuery(raw: unknown, role: Role): Parsed<PrometheusQuery> {
  const parsed = querySpec.safeParse(raw);
  if (!parsed.success) return invalid(...issuesOf(parsed.error, raw));
  const { metric, matchers, selector, histogram, threshold, ...rest } = parsed.data;
  const named = nameOf(metric, matchers, selector);
  const issues = [...(named.ok ? [] : named.issues), ...histogramIssues(role, histogram, threshold)];
  if (!named.ok || issues.length > 0) return invalid(...issues);
  return valid({
    ...named.value,
    ...(histogram === undefined
      ? {}
      : { histogram: { kind: histogram, ...(threshold === undefined ? {} : { threshold }) } }),
    ...withoutAbsent(rest),
  });
}

function nameOf(
  metric: string | undefined,
  matchers: readonly Matcher[] | undefined,
  selector: string | undefined,
): Parsed<Pick<PrometheusQuery, 'metric' | 'matchers'>> {
  if (selector === undefined) {
    if (metric !== undefined) return valid({ metric, matchers: matchers ?? [] });
    return invalid({ path: 'metric', given: 'nothing', allowed: 'the name of a counter, or a selector' });
  }
  if (metric === undefined && matchers === undefined) return parseSelectorText(selector, 'selector');
  return invalid({
    path: 'selector',
    given: 'a selector beside metric or matchers',
    allowed: 'either the selector, or metric and matchers',
  });
}

function histogramIssues(role: Role, histogram: string | undefined, threshold: number | undefined): Issue[] {
  if (histogram === undefined && threshold !== undefined)
    return [{ path: 'histogram', given: 'nothing beside a threshold', allowed: 'classic or native' }];
  if (histogram !== undefined && threshold === undefined && role !== 'total')
    return [
      {
        path: 'threshold',
        given: 'nothing',
        allowed: `the latency that divides good from bad, as ${role} is counted from a histogram: 500ms, or a number in the unit of the metric`,
      },
    ];
  return [];
}

type Rest = Omit<z.output<typeof querySpec>, 'metric' | 'matchers' | 'selector' | 'histogram' | 'threshold'>;

function withoutAbsent({ scrapeInterval, settlingLag, ...labels }: Rest) {
  return {
    ...labels,
    ...(scrapeInterval === undefined ? {} : { scrapeInterval }),
    ...(settlingLag === undefined ? {} : { settlingLag }),
  };
}
