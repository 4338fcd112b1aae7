import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { formatIssue, shown } from '../core/parsed.ts';
import { parseRfc3339 } from '../core/rfc3339.ts';
import type { Slo } from '../core/slo.ts';
import { analysisJson } from '../http/reports/analysis-json.ts';
import { sloReportJson, sloSummaryJson } from '../http/reports/slo-json.ts';
import { ReportUnavailable, type MadeReport } from '../reports/budget/report-service.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';
import { FORMATS, renderAnalysis, renderList, renderReport, type Format } from './report-formats.ts';
import { openReportSource, type ReportSource, type ReportSourceFlags } from './report-source.ts';

interface Flags extends ReportSourceFlags {
  readonly at?: string;
  readonly analysis?: string;
  readonly format: Format;
  readonly out?: string;
  readonly snapshot?: true;
  readonly publicUrl: string;
}

/** `burngate report`: the reports of the service without the service, for terminals, files and channels. */
export function reportCommand(done: (code: ExitCode) => void): Command {
  return new Command('report')
    .description('Budgets, what releases spent of them, and single analyses.')
    .argument('[slo]', 'one SLO; without it the list of all')
    .requiredOption('--slos <dir>', 'folder of OpenSLO files')
    .option('--data <dir>', 'folder of the history; without it (and DATABASE_URL) releases are unknown')
    .option('--database-url <url>', 'PostgreSQL of the history (env: DATABASE_URL)')
    .option('--cluster <name>', 'cluster that the reports are about')
    .option('--at <time>', 'report as of then, RFC 3339 (default: now)')
    .option('--analysis <id>', 'one analysis of the history instead')
    .addOption(new Option('--format <format>', 'how to write it').choices(FORMATS).default('text'))
    .option('--out <file>', 'write into a file instead of standard output')
    .option('--snapshot', 'also keep the figures in the history, as a CronJob would')
    .option('--public-url <url>', 'address of the service, for links in Markdown', '')
    .action(async (slo: string | undefined, flags: Flags) => {
      const source = await openReportSource(flags, process.env);
      try {
        const text = await render(source, slo, flags);
        if (flags.out === undefined) process.stdout.write(text);
        else await writeFile(flags.out, text);
      } catch (error) {
        if (!(error instanceof ReportUnavailable)) throw error;
        process.stderr.write(`burngate: ${error.message}; ${error.remedy}\n`);
        done(EXIT.fault);
        return;
      } finally {
        await source.close();
      }
      done(EXIT.done);
    });
}

async function render(source: ReportSource, name: string | undefined, flags: Flags): Promise<string> {
  if (flags.analysis !== undefined) return oneAnalysis(source, flags.analysis, flags);
  const at = timeOf(flags.at);
  const now = at ?? Date.now();
  if (name !== undefined) {
    const slo = source.slos.find((each) => each.name === name);
    if (slo === undefined) throw new UsageError(unknownSlo(name, source));
    const made = await source.reports.report(slo, at);
    await snapshot(source, [made], flags, now);
    return renderReport(sloReportJson(made, now), flags.format);
  }
  const listed = await Promise.all(
    source.slos.map(async (slo) => ({ slo, made: await attempt(source, slo, at) })),
  );
  const reports = listed.flatMap(({ made: each }) => ('problem' in each ? [] : [each]));
  await snapshot(source, reports, flags, now);
  return renderList(
    listed.map(({ slo, made: each }) => sloSummaryJson(slo, each, now)),
    flags.format,
  );
}

async function attempt(
  { reports }: ReportSource,
  slo: Slo,
  at: number | undefined,
): Promise<MadeReport | { readonly problem: string }> {
  try {
    return await reports.report(slo, at);
  } catch (error) {
    if (error instanceof ReportUnavailable) return { problem: error.message };
    throw error;
  }
}

async function oneAnalysis({ history, slos }: ReportSource, id: string, flags: Flags): Promise<string> {
  const found = await history.find(id);
  if (found === null)
    throw new UsageError(
      `--analysis: there is no ${shown(id)} in the history; name the history with --data or DATABASE_URL`,
    );
  const detail = analysisJson(found.analysis, found.origin, (name) => slos.find((slo) => slo.name === name));
  return renderAnalysis(id, detail, flags);
}

async function snapshot(
  { store }: ReportSource,
  reports: readonly MadeReport[],
  flags: Flags,
  at: number,
): Promise<void> {
  if (flags.snapshot !== true) return;
  if (store === null) throw new UsageError('--snapshot needs a history: --data or DATABASE_URL');
  await store.snapshot(
    reports.map((each) => {
      const { burnDown: _burnDown, queriesSent: _queries, ...figures } = sloReportJson(each, at);
      return { slo: each.report.slo, at, body: JSON.stringify(figures) };
    }),
  );
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = parseRfc3339(text);
  if (time !== null && time <= Date.now()) return time;
  throw new UsageError(
    formatIssue({
      path: '--at',
      given: shown(text),
      allowed: 'RFC 3339 such as 2026-03-01T10:15:00Z, not in the future',
    }),
  );
}

function unknownSlo(name: string, { slos }: ReportSource): string {
  return formatIssue({
    path: 'slo',
    given: shown(name),
    allowed: slos.map((each) => each.name).join(', '),
  });
}
