import { expect, test } from 'vitest';
import { isDryRun } from './template-view.ts';

test.each([
  ['checkout-watch', ['.*'], true],
  ['checkout-watch', ['watch'], true],
  ['checkout-watch', ['^watch'], false],
  ['Checkout', ['(?i)checkout'], true],
  ['checkout', ['(?P<name>check)out\\z'], true],
  ['checkout', ['*', 'search'], false],
  ['checkout', [], false],
])('%s by the rules %j: %s', (name, rules, expected) => {
  expect(isDryRun(name, rules)).toBe(expected);
});
