import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burnText, countText, durationText, niceRatio, percentText } from './format.ts';
import { html, jsonBlock } from './html.ts';

describe('figures for people', () => {
  test.each([
    [null, '–'],
    [0, '0%'],
    [1, '100%'],
    [0.25543, '25.5%'],
    [-9.49, '−949%'],
    [0.022, '2.2%'],
    [0.00179, '0.179%'],
    [0.0000012, '0.00012%'],
  ])('%d is %s', (value, text) => {
    expect(percentText(value)).toBe(text);
  });

  test.each([
    [0.97, '97%'],
    [0.9776638, '97.77%'],
    [0.999, '99.9%'],
    [0.99951, '99.951%'],
    [1, '100%'],
    [0, '0%'],
    [null, '–'],
  ])('the SLI %d is %s', (value, text) => {
    expect(niceRatio(value)).toBe(text);
  });

  test('an SLI below 100% is never shown as 100%, as long as its bad share is above one in a million', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), (bad) => {
        expect(niceRatio(1 - bad)).not.toBe('100%');
      }),
    );
  });

  test.each([
    [218_928, '218,928'],
    [0.25, '0.3'],
    [-2984.3, '−2,984'],
    [null, '–'],
  ])('the count %d is %s', (value, text) => {
    expect(countText(value)).toBe(text);
  });

  test('a burn that is not zero is not shown as zero, and a negative time keeps its sign', () => {
    expect(burnText(0.001)).toBe('<0.01x');
    expect(burnText(0)).toBe('0x');
    expect(durationText(-17_008)).toBe('−4h43m');
  });
});

describe('markup', () => {
  test('escapes every value, in texts and in attributes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { text: made } = html`<a title="${text}">${text}</a>`;
        expect(made.match(/[<>"]/g)?.join('')).toBe('<""><>');
        expect(made).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });

  test('no text ends a data block', () => {
    const { text } = jsonBlock('x', { name: '</script><script>alert(1)</script>' });
    expect(text.match(/<\/script>/g)).toHaveLength(1);
    expect(JSON.parse(/>(.*)<\/script>$/s.exec(text)?.[1] ?? '')).toEqual({
      name: '</script><script>alert(1)</script>',
    });
  });
});
