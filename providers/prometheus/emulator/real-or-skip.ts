import { HOW_TO_INSTALL, missingBinaries } from './real-prometheus.ts';

/**
 * Whether tests on a real server are to be skipped, which the report then shows. In CI, and with
 * BURNGATE_REQUIRE_PROMETHEUS set, a missing server is a failure.
 */
export function isRealMissing(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  const missing = missingBinaries(env);
  if (missing.length === 0) return false;
  if ((env['CI'] ?? '') !== '' || (env['BURNGATE_REQUIRE_PROMETHEUS'] ?? '') !== '')
    throw new Error(`no ${missing.join(' and no ')} on the PATH: ${HOW_TO_INSTALL}`);
  return true;
}
