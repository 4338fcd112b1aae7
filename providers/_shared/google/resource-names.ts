/*
 * Names that become part of a request's path or of a filter's function, so each character of them is checked. The
 * grammar of project ids: https://cloud.google.com/resource-manager/docs/creating-managing-projects
 */

const PROJECT_ID = String.raw`(?:[a-z0-9.-]{1,100}\.[a-z]{2,20}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]{6,20}`;
const ID = String.raw`[A-Za-z0-9_.:~-]{1,200}`;

const PROJECT = new RegExp(`^(?:${PROJECT_ID})$`);
const SLO = new RegExp(`^projects/(${PROJECT_ID})/services/${ID}/serviceLevelObjectives/${ID}$`);
const PARENT = String.raw`(?:projects/(?:${PROJECT_ID})|folders/[0-9]{1,20}|organizations/[0-9]{1,20}|billingAccounts/[A-Z0-9-]{1,30})`;
const LOGS_PARENT = new RegExp(`^${PARENT}(?:/locations/[a-z0-9-]{1,63}/buckets/${ID}/views/${ID})?$`);
const SERVICE_ACCOUNT = /^[a-z0-9][a-z0-9.-]{0,100}@[a-z0-9][a-z0-9.:-]{0,150}\.[a-z]{2,20}$/;

export const PROJECT_ALLOWED =
  'a project id (6 to 30 lower-case letters, digits and -, beginning with a letter) or a project number';
export const SLO_ALLOWED = 'projects/PROJECT/services/SERVICE/serviceLevelObjectives/SLO';
export const LOGS_PARENT_ALLOWED =
  'projects/PROJECT, folders/NUMBER, organizations/NUMBER or PARENT/locations/LOCATION/buckets/BUCKET/views/VIEW';
export const SERVICE_ACCOUNT_ALLOWED = 'the e-mail address of a service account';

/** A project's id (also a domain-scoped one, `example.com:shop-prod`) or its number. */
export function isProject(text: string): boolean {
  return PROJECT.test(text);
}

/** The project of an SLO's resource name, or null for anything that is none. */
export function projectOfSlo(name: string): string | null {
  return SLO.exec(name)?.[1] ?? null;
}

/** Where log entries are read from: an element of `resourceNames` of entries.list. */
export function isLogsParent(text: string): boolean {
  return LOGS_PARENT.test(text);
}

export function isServiceAccount(text: string): boolean {
  return SERVICE_ACCOUNT.test(text);
}
