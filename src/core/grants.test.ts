import { describe, expect, test } from 'vitest';
import { EVERYTHING, mayUseNamespace, mayUseSlo, type Grants } from './grants.ts';

const SHOP: Grants = { namespaces: ['shop', 'shop-*'], services: ['checkout'], slos: null };
const slo = (name: string, service: string) => ({ name, service });

describe('grants', () => {
  test.each([
    ['shop', true],
    ['shop-eu', true],
    ['shop-', true],
    ['shopping', false],
    ['Shop', false],
    ['', false],
    [undefined, false],
  ])('of the namespaces shop and shop-* let %s in: %s', (namespace, expected) => {
    expect(mayUseNamespace(SHOP, namespace)).toBe(expected);
  });

  test.each([
    ['checkout-availability', 'checkout', true],
    ['checkout', 'search', false],
  ])('of the service checkout show %s of %s: %s', (name, service, expected) => {
    expect(mayUseSlo(SHOP, slo(name, service))).toBe(expected);
  });

  test('of SLOs and services need both', () => {
    const both: Grants = { namespaces: null, services: ['a'], slos: ['x', 'y*'] };
    expect(
      [slo('x', 'a'), slo('yes', 'a'), slo('x', 'b'), slo('z', 'a')].map((one) => mayUseSlo(both, one)),
    ).toEqual([true, true, false, false]);
  });

  test('of everything hold nobody back, and of nothing everybody', () => {
    expect([mayUseNamespace(EVERYTHING, undefined), mayUseSlo(EVERYTHING, slo('a', 'b'))]).toEqual([
      true,
      true,
    ]);
    const nothing: Grants = { namespaces: [], services: [], slos: [] };
    expect([mayUseNamespace(nothing, 'a'), mayUseSlo(nothing, slo('a', 'b'))]).toEqual([false, false]);
  });
});
