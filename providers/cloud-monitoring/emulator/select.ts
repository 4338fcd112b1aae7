import type { FilterNode } from './filter-parser.ts';
import { labelOf, type MetricModel, type ProjectModel, type RawSeries, type SloModel } from './model.ts';

/** What a filter is about: the series that it lets through, of exactly one metric type, as the API wants it. */
export interface Selected {
  readonly metric: MetricModel;
  readonly series: readonly RawSeries[];
}

export class SelectError extends Error {
  override readonly name = 'SelectError';
}

/** null: no metric of this name, which is no error for the API but no series. */
export function select(node: FilterNode, { metrics, slos }: ProjectModel): Selected | null {
  if (node.kind === 'slo') {
    const [name = '', ...more] = node.args;
    const slo = slos.get(name);
    if (slo === undefined) throw new SelectError(`knows no SLO ${name}`);
    const metric = selected(slo, node.selector, more);
    return { metric, series: metric.series };
  }
  const types = metricTypes(node);
  if (types.length !== 1) throw new SelectError('must specify a single metric type');
  const metric = metrics.get(types.join(''));
  return metric === undefined
    ? null
    : { metric, series: metric.series.filter((series) => holds(node, series, metric.type)) };
}

/** Burn rate and budget are what somebody wrote down: the emulator computes no SLOs. */
function selected(slo: SloModel, selector: string, more: readonly string[]): MetricModel {
  if (selector === 'select_slo_counts' && more.length === 0) return slo.counts;
  if (selector === 'select_slo_burn_rate' && /^\d+s$/.test(more.join(' ')) && slo.burnRate)
    return slo.burnRate;
  if (selector === 'select_slo_budget_fraction' && more.length === 0 && slo.budgetFraction)
    return slo.budgetFraction;
  throw new SelectError(`knows no ${selector} of ${String(more.length + 1)} values`);
}

function metricTypes(node: FilterNode): readonly string[] {
  if (node.kind === 'test')
    return node.field === 'metric.type' && node.test === 'equals' && !node.isNegated ? node.texts : [];
  return node.kind === 'all' ? node.nodes.flatMap(metricTypes) : [];
}

function holds(node: FilterNode, series: RawSeries, type: string): boolean {
  switch (node.kind) {
    case 'all':
      return node.nodes.every((each) => holds(each, series, type));
    case 'any':
      return node.nodes.some((each) => holds(each, series, type));
    case 'slo':
      throw new SelectError('an SLO selector stands alone');
    case 'test': {
      const found = labelOf(series, type, node.field);
      if (found === undefined) throw new SelectError(`knows no field ${node.field}`);
      return node.texts.some((text) => passes(found, node.test, text)) !== node.isNegated;
    }
  }
}

function passes(found: string, test: 'equals' | 'starts_with' | 'ends_with', text: string): boolean {
  switch (test) {
    case 'equals':
      return found === text;
    case 'starts_with':
      return found.startsWith(text);
    case 'ends_with':
      return found.endsWith(text);
  }
}
