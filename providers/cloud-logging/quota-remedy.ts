/** What to do where entries cannot be read within the quota: it cannot be raised. */
export const QUOTA_REMEDY =
  'Count these entries with a log-based metric: burngate advise SLO-FILE prints the command (gcloud logging metrics create ...) and the SLO file that reads it.';
