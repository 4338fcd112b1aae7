import { expect, test } from 'vitest';
import { isLogsParent, isProject, isServiceAccount, projectOfSlo } from './resource-names.ts';

test.each([
  ['shop-prod', true],
  ['example.com:shop-prod', true],
  ['123456789012', true],
  ['short', false],
  ['Shop-Prod', false],
  ['shop-prod-', false],
  ['shop-prod/../other-project', false],
  ['shop-prod\n', false],
  ['', false],
])('the project %j is allowed: %j', (text, allowed) => {
  expect(isProject(text)).toBe(allowed);
});

test.each([
  ['projects/shop-prod/services/checkout/serviceLevelObjectives/avail-1', 'shop-prod'],
  ['projects/123456/services/gke:shop:cart/serviceLevelObjectives/abc_DEF', '123456'],
  ['projects/shop-prod/services/a/serviceLevelObjectives/b") OR x=("', null],
  ['projects/shop-prod/services/a', null],
])('the project of %j is %j', (name, project) => {
  expect(projectOfSlo(name)).toBe(project);
});

test.each([
  ['projects/shop-prod', true],
  ['folders/1234', true],
  ['projects/shop-prod/locations/global/buckets/_Default/views/_AllLogs', true],
  ['organizations/42/locations/eu/buckets/b/views/v', true],
  ['projects/shop-prod/locations/global', false],
  ['projects/shop-prod"', false],
])('logs are read from %j: %j', (text, allowed) => {
  expect(isLogsParent(text)).toBe(allowed);
});

test.each([
  ['burngate@shop-prod.iam.gserviceaccount.com', true],
  ['burngate', false],
  ['a@b.c/../d', false],
])('the service account %j is allowed: %j', (text, allowed) => {
  expect(isServiceAccount(text)).toBe(allowed);
});
