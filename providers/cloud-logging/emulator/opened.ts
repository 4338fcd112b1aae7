import type { AnyProvider } from '../../../src/core/provider.ts';
import type { Role } from '../../../src/core/counts.ts';
import type { EpochMs } from '../../../src/core/units.ts';
import { cloudLogging } from '../index.ts';
import type { LogQuery } from '../query.ts';

export interface OpenOptions {
  readonly endpoint: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: () => EpochMs;
}

/** The provider as the service opens it, against a server on this machine. */
export async function openAgainst({ endpoint, env = {}, now = Date.now }: OpenOptions): Promise<AnyProvider> {
  const settings = cloudLogging.parseSettings({ BURNGATE_CLOUD_LOGGING_ENDPOINT: endpoint, ...env });
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
  return cloudLogging.open(settings.value, {
    env: {},
    now,
    log: { warn: () => undefined },
    meter: { apiCall: () => undefined, budgetLeft: () => undefined },
  });
}

/** A query of a spec that must be right. */
export function queryOf(spec: object, role: Role): LogQuery {
  const parsed = cloudLogging.parseQuery(spec, { role, baseDir: '/' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

/** No limits to speak of: for tests of something else. */
export const GENEROUS: Readonly<Record<string, string>> = {
  BURNGATE_CLOUD_LOGGING_CALLS_PER_MINUTE: '100000',
  BURNGATE_CLOUD_LOGGING_RESERVE: '0',
  BURNGATE_CLOUD_LOGGING_CALLS_PER_ANALYSIS: '100000',
  BURNGATE_CLOUD_LOGGING_PAGES_PER_LOOK: '10000',
};
