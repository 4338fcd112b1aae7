import { expect, test } from 'vitest';
import { parseObject } from './counts-jsonl.ts';
import { jsonField } from './json-line.ts';

const LINE = `{"status":200,"ok":true,"empty":"","none":null,"dash":"-","list":[1],"http":{"status":"404","deep":{"er":1.5}},
  "http.status":503,"a.b":{"c":"no"},"__proto__":{"x":"own"}}`;

test.each([
  ['status', '200'],
  ['ok', 'true'],
  ['http.status', '503'],
  ['http.deep.er', '1.5'],
  ['http', undefined],
  ['list', undefined],
  ['list.0', undefined],
  ['a.b.c', undefined],
  ['empty', undefined],
  ['none', undefined],
  ['dash', undefined],
  ['nothing.at.all', undefined],
  ['toString', undefined],
  ['constructor.name', undefined],
  ['__proto__.x', 'own'],
  ['', undefined],
])('the field %s of a JSON line is %s', (path, value) => {
  const fields = parseObject(LINE);
  expect(fields === null ? 'not an object' : jsonField(path)(fields)).toBe(value);
});
