/** google.logging.type.LogSeverity, lowest first. */
export const SEVERITIES = [
  'DEFAULT',
  'DEBUG',
  'INFO',
  'NOTICE',
  'WARNING',
  'ERROR',
  'CRITICAL',
  'ALERT',
  'EMERGENCY',
] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Order of a severity, by its name in any case; unknown names are DEFAULT, as the service has it. */
export function severityRank(name: string): number {
  return Math.max(
    0,
    SEVERITIES.findIndex((each) => each === name.toUpperCase()),
  );
}
