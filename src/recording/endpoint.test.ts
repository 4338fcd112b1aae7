import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endpointOf, splitRequest, UNREADABLE_REQUEST } from './endpoint.ts';

describe('an endpoint', () => {
  test.each([
    ['GET', '/', 'GET /'],
    ['GET', '/cart', 'GET /cart'],
    ['GET', '/users/42/orders?page=2', 'GET /users/{id}/orders'],
    ['GET', '/a#top', 'GET /a'],
    ['GET', '/shop;jsessionid=1A2B', 'GET /shop'],
    ['DELETE', '/items/3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'DELETE /items/{id}'],
    ['GET', '/objects/507f1f77bcf86cd799439011', 'GET /objects/{id}'],
    ['GET', '/facade/decade', 'GET /facade/decade'],
    ['GET', '/v2/users', 'GET /v2/users'],
    ['GET', 'http://shop.example/a/7?x', 'GET /a/{id}'],
    ['GET', 'https://shop.example', 'GET /'],
    ['OPTIONS', '*', 'OPTIONS *'],
    ['M-SEARCH', '/x', 'M-SEARCH /x'],
    ['GET', '//double//', 'GET //double//'],
  ])('of %s %s', (method, path, endpoint) => {
    expect(endpointOf(method, path)).toBe(endpoint);
  });

  test.each([
    ['\\x16\\x03\\x01', '/'],
    ['get', '/'],
    [undefined, '/'],
    ['GET', undefined],
    ['GET', ''],
    ['GET', '?x'],
    ['CONNECT', 'host:443'],
    ['A'.repeat(21), '/'],
  ])('of %j %j cannot be told', (method, path) => {
    expect(endpointOf(method, path)).toBe(UNREADABLE_REQUEST);
  });

  test('is the same for all ids, and short', () => {
    fc.assert(
      fc.property(fc.nat(), fc.uuid(), fc.string(), (id, uuid, query) => {
        expect(endpointOf('GET', `/u/${String(id)}/${uuid}?${query}`)).toBe('GET /u/{id}/{id}');
        expect(endpointOf('GET', `/${query.repeat(100)}`).length).toBeLessThanOrEqual(160);
      }),
      { seed: 10 },
    );
  });
});

describe('a request line', () => {
  test.each([
    ['GET /a HTTP/1.1', { method: 'GET', path: '/a', protocol: 'HTTP/1.1' }],
    ['GET /a', { method: 'GET', path: '/a' }],
    ['GET /a b HTTP/2.0', { method: 'GET', path: '/a b', protocol: 'HTTP/2.0' }],
    ['GET /a b', { method: 'GET', path: '/a b' }],
    ['-', {}],
    ['', {}],
    [' GET', {}],
  ])('%j', (request, parts) => {
    expect(splitRequest(request)).toEqual(parts);
  });
});
