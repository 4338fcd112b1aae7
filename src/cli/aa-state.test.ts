import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempFile, tempFolder } from '../../test/support/temp-file.ts';
import { loadState, saveState, type AaState } from './aa-state.ts';

const STATE: AaState = {
  inputs: 'abc',
  done: 7,
  fails: [
    { run: 2, looks: 31, where: 'whole' },
    { run: 5, looks: 4, where: 'groups' },
  ],
};

describe('the state of an A/A series', () => {
  test('comes back as it was written, and leaves no other file', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'aa.json');
    await saveState(path, { ...STATE, done: 1 });
    await saveState(path, STATE);
    expect(await loadState(path, 'abc')).toEqual(STATE);
    expect(await readdir(folder)).toEqual(['aa.json']);
  });

  test('is new where there is no file', async () => {
    expect(await loadState(join(await tempFolder(), 'aa.json'), 'abc')).toEqual({
      inputs: 'abc',
      done: 0,
      fails: [],
    });
  });

  test('of other inputs is refused, and stays as it is', async () => {
    const path = await tempFile('', 'aa.json');
    await saveState(path, STATE);
    const before = await readFile(path, 'utf8');
    await expect(loadState(path, 'def')).rejects.toThrow(
      /belongs to other counts, target, policy, share or seed/,
    );
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"format":2,"inputs":"abc","done":0,"fails":[]}',
    '{"format":1,"inputs":"abc","done":-1,"fails":[]}',
    '{"format":1,"inputs":"abc","done":1.5,"fails":[]}',
    '{"format":1,"inputs":5,"done":1,"fails":[]}',
    '{"format":1,"inputs":"abc","done":1,"fails":{}}',
    '{"format":1,"inputs":"abc","done":1,"fails":[{"run":0,"looks":1,"where":"moon"}]}',
    '{"format":1,"inputs":"abc","done":1,"fails":[null]}',
  ])('what is no state is refused: %s', async (text) => {
    const path = await tempFile(text, 'aa.json');
    await expect(loadState(path, 'abc')).rejects.toThrow(/is no state of an A\/A series/);
  });

  test('a half-written temporary file of somebody killed does not matter', async () => {
    const path = await tempFile('', 'aa.json');
    await saveState(path, STATE);
    await writeFile(`${path}.tmp`, '{"format":1,"inp');
    expect(await loadState(path, 'abc')).toEqual(STATE);
    await saveState(path, { ...STATE, done: 8 });
    expect((await loadState(path, 'abc')).done).toBe(8);
  });

  test('a place that cannot be written or read is named', async () => {
    const folder = dirname(await tempFile(''));
    await expect(saveState(join(folder, 'none', 'aa.json'), STATE)).rejects.toThrow(
      /cannot be written \(ENOENT\)/,
    );
    await expect(loadState(folder, 'abc')).rejects.toThrow(/cannot be read \(EISDIR\)/);
  });
});
