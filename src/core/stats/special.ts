/**
 * Special functions the judge needs, in doubles. Ours, because a four-digit table is not enough for tail
 * probabilities; checked against scipy 1.10 in special.test.ts.
 */

const HALF_LOG_TWO_PI = 0.9189385332046727;
/** B_2k / (2k (2k-1)): coefficients of the Stirling series (Abramowitz & Stegun 6.1.41). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
/** Above this the seven terms of the series are exact to double precision. */
const STIRLING_FROM = 15;

function stirlingTail(x: number): number {
  const square = 1 / (x * x);
  let power = 1 / x;
  let sum = 0;
  for (const coefficient of STIRLING) {
    sum += coefficient * power;
    power *= square;
  }
  return sum;
}

/** log Gamma(x) for x > 0. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < STIRLING_FROM) {
    shift += Math.log(z);
    z += 1;
  }
  return (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + stirlingTail(z) - shift;
}

/** log B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/**
 * Regularised incomplete beta I_x(a, b) for a, b > 0 and 0 <= x <= 1: the chance that a Beta(a, b) variable
 * is at most x. Continued fraction of DLMF 8.17.22 by the modified Lentz method.
 */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only on this side of the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  return front * betaFraction(x, a, b);
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  // About sqrt(max(a, b)) steps are needed; the bound covers 1e9 events a bucket.
  for (let m = 1; m <= 100_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return fraction;
}

/** P(X >= x) for X ~ Binomial(n, p); x from 0 to n. */
export function binomialUpperTail(x: number, n: number, p: number): number {
  if (x <= 0) return 1;
  return regularizedBeta(p, x, n - x + 1);
}

/** log(exp(a) + exp(b)) without overflow; -Infinity stands for a weight of zero. */
export function logAdd(a: number, b: number): number {
  const high = Math.max(a, b);
  if (high === -Infinity) return high;
  return high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** log of the sum of exponentials. */
export function logSum(terms: Iterable<number>): number {
  let sum = -Infinity;
  for (const term of terms) sum = logAdd(sum, term);
  return sum;
}
