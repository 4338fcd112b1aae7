import { expect, test } from 'vitest';
import { backOffOf, grpcFault, isUnauthenticated, type CallContext } from './grpc-fault.ts';

const CONTEXT: CallContext = {
  api: 'Cloud Logging',
  action: 'listing entries of projects/shop-prod',
  permission: 'logging.logEntries.list',
  role: 'roles/logging.viewer',
  principal: 'key@shop-prod.iam.gserviceaccount.com',
  project: 'shop-prod',
  compare: 'with the Logs Explorer',
};

test.each([
  [
    'a refused key',
    { code: 2, details: 'Getting metadata from plugin failed with error: invalid_grant: Invalid JWT' },
    'provider-denied',
  ],
  [
    'a refused impersonation',
    { code: 2, details: 'Getting metadata from plugin failed with error: unable to impersonate: 403' },
    'provider-denied',
  ],
  [
    'a token endpoint that is away',
    { code: 2, details: 'Getting metadata from plugin failed with error: getaddrinfo EAI_AGAIN' },
    'provider-unavailable',
  ],
  [
    'an answer that is no protobuf',
    { code: 13, details: 'Response message parsing error: invalid wire type' },
    'provider-garbled',
  ],
  [
    'an answer that is too large',
    { code: 8, details: 'Received message larger than max (5 vs. 4)' },
    'provider-rejected',
  ],
  [
    'no connection',
    { code: 14, details: 'No connection established. Last error: connect ECONNREFUSED' },
    'provider-unavailable',
  ],
  ['an error without a code', new Error('socket hang up'), 'provider-unavailable'],
  ['a code that there is not', { code: 99, details: '' }, 'provider-unavailable'],
  ['nothing at all', undefined, 'provider-unavailable'],
])('%s is told as %s', (_, error, code) => {
  expect(grpcFault(error, CONTEXT)).toMatchObject({ code });
});

test('what an answer says is shown for refused queries only, short and on one line', () => {
  const secret = `ya29.${'x'.repeat(300)}\n`;
  const shownOf = (code: number): string => grpcFault({ code, details: secret }, CONTEXT).message;
  for (const code of [1, 2, 4, 7, 8, 13, 14, 16]) expect(shownOf(code)).not.toContain('ya29');
  expect(shownOf(3).length).toBeLessThan(200);
  expect(shownOf(3)).not.toMatch(/\n/);
});

test('the permission is the one that the API names, if it is one', () => {
  const denied = (permission: string): string =>
    grpcFault({ code: 7, details: '', errorInfoMetadata: { permission } }, CONTEXT).message;
  expect(denied('logging.views.access')).toContain('lacks the permission logging.views.access');
  expect(denied('<script>')).toContain('lacks the permission logging.logEntries.list');
});

test.each([
  [
    { code: 8, statusDetails: [{ '@type': 'x' }, { retryDelay: { seconds: '3', nanos: 500_000_000 } }] },
    3500,
  ],
  [{ code: 8, statusDetails: [{ retryDelay: { seconds: 'NaN' } }] }, 15_000],
  [{ code: 8 }, 15_000],
  [{ code: 8, details: 'Received message larger than max' }, null],
  [{ code: 14 }, null],
])('after %j nobody calls for %j ms', (error, backOff) => {
  expect(backOffOf(error)).toBe(backOff);
});

test('credentials that were refused are known', () => {
  expect([isUnauthenticated({ code: 16 }), isUnauthenticated({ code: 7 })]).toEqual([true, false]);
});
