import type { Slo } from '../../core/slo.ts';
import type { EpochMs } from '../../core/units.ts';
import type { ReportService } from '../../reports/budget/report-service.ts';
import type { History } from '../../reports/history/history.ts';

/** What the reading routes need. */
export interface ReportDeps {
  readonly slos: () => readonly Slo[];
  readonly reports: ReportService;
  readonly history: History;
  readonly clock: () => EpochMs;
}
