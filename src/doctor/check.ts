import type { LoadedSlos } from '../config/load-slos.ts';
import type { ParsedServeSettings } from '../config/settings.ts';
import type { AccessReport, AnyProviderDefinition } from '../core/provider.ts';

/** Something wrong, and what to do about it. */
export interface Finding {
  readonly problem: string;
  readonly remedy: string;
}

export type Outcome =
  | { readonly ok: true; readonly detail: string }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** One thing that the doctor looks at. */
export interface Check {
  /** What is looked at, for people. */
  readonly label: string;
  /** What a finding here means. */
  readonly failureLabel: string;
  /** False: nothing was named that could be looked at. */
  readonly shouldTest: (patient: Patient) => boolean;
  /** May throw; that is a finding as well. */
  readonly test: (patient: Patient) => Promise<Outcome>;
}

/** Where things lie, by flag or environment, as `serve` would find them. */
export interface Places {
  readonly slos?: string;
  readonly data?: string;
  readonly databaseUrl?: string;
  readonly tokens?: string;
  readonly access?: string;
  /** Of a running service. */
  readonly url?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly places: Places;
  readonly settings: ParsedServeSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly definitions: readonly AnyProviderDefinition[];
  readonly nodeVersion: string;
  /** MiB that the history may grow to. */
  readonly retainMb: number;
  readonly clock: () => number;
  /** Null: no SLO files were named. */
  readonly slos: LoadedSlos | null;
  /** Asks the providers of all SLOs; null: nobody wanted them asked. */
  readonly askAccess:
    | (() => Promise<
        readonly { readonly slo: string; readonly provider: string; readonly report: AccessReport }[]
      >)
    | null;
  /** Number of templates that came with Burngate. */
  readonly countTemplates: () => Promise<number>;
}

export function fine(detail: string): Outcome {
  return { ok: true, detail };
}

export function wrong(problem: string, remedy: string): Outcome {
  return { ok: false, findings: [{ problem, remedy }] };
}

/** What a check came to. */
export interface Examined {
  readonly label: string;
  readonly failureLabel: string;
  /** Null: skipped. */
  readonly outcome: Outcome | null;
}

/** Runs all checks, each by itself: one that fails hides no other. */
export async function examine(checks: readonly Check[], patient: Patient): Promise<readonly Examined[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { label, failureLabel } = check;
      return {
        label,
        failureLabel,
        outcome: check.shouldTest(patient) ? await attempt(check, patient) : null,
      };
    }),
  );
}

async function attempt(check: Check, patient: Patient): Promise<Outcome> {
  try {
    return await check.test(patient);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error), 'see what the message names');
  }
}
