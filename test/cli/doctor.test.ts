import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { STEPS_TABLE } from '../../src/reports/store/migrations.ts';
import { openStore, SQLITE_NAME } from '../../src/reports/store/open-store.ts';
import { burngate, type CliOptions } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';

const slos = folderWith(SHOP);
const home = folderWith({});

interface CheckJson {
  readonly label: string;
  readonly result: 'ok' | 'wrong' | 'skipped';
  readonly findings?: readonly { readonly problem: string; readonly remedy: string }[];
}

async function doctor(
  args: readonly string[],
  options: CliOptions = {},
): Promise<{
  readonly code: number | null;
  readonly of: (label: string) => CheckJson | undefined;
  readonly text: string;
}> {
  const { code, stdout } = await burngate(['doctor', '--json', ...args], options);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: readonly CheckJson[] };
  expect(code).toBe(ok ? 0 : 78);
  for (const { result, findings = [] } of checks) {
    // Whoever says that something is wrong says what to do.
    expect(findings.length > 0).toBe(result === 'wrong');
    for (const { problem, remedy } of findings) expect([problem, remedy]).not.toContain('');
  }
  return { code, of: (label) => checks.find((check) => check.label === label), text: stdout };
}

const problemsOf = (check: CheckJson | undefined): string =>
  (check?.findings ?? []).map(({ problem }) => problem).join('\n');

/** An HTTP server that is not as it should be. */
async function answering(state: object, status: number, date: Date): Promise<string> {
  const server = createServer((_, response) => {
    response.sendDate = false;
    response.setHeader('Date', date.toUTCString());
    response.writeHead(status).end(JSON.stringify(state));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

describe('burngate doctor', () => {
  const data = join(home, 'data');
  const service = served({ slos, flags: ['--data', data] });

  test('finds nothing wrong with an installation that is well', async () => {
    const tokens = join(home, 'tokens');
    writeFileSync(tokens, `argo:${'a'.repeat(32)}\n`, { mode: 0o600 });
    const { code, stdout } = await burngate([
      'doctor',
      '--slos',
      slos,
      '--data',
      data,
      '--tokens',
      tokens,
      '--url',
      service().url,
    ]);
    expect(stdout.split('\n').filter((line) => !/^(ok {6}|skipped) /.test(line))).toEqual(['']);
    expect(stdout).toMatch(/^ok {7}history file: \d+ analyses, schema 0001-history$/m);
    expect(stdout).toMatch(/^ok {7}clock: within 0 s of the service$/m);
    expect(code).toBe(0);
  });

  test('names everything that is wrong at once, and says what to do', async () => {
    const broken = folderWith({ 'slo.yaml': 'apiVersion: openslo/v1\nkind: SLO\n' });
    const tokens = join(home, 'tokens-for-all');
    writeFileSync(tokens, `argo:${'a'.repeat(32)}\n`);
    chmodSync(tokens, 0o644);
    const file = join(home, 'a-file');
    writeFileSync(file, '');
    const url = await answering(
      { history: { kept: 'sqlite', writable: false, waiting: 7 } },
      200,
      new Date(Date.now() - 600_000),
    );
    const { of } = await doctor(
      ['--slos', broken, '--data', join(file, 'data'), '--tokens', tokens, '--url', url, '--access'],
      { env: { BURNGATE_PROT: '1', BURNGATE_DEADLINE: 'soon' } },
    );
    expect(problemsOf(of('SLO files'))).toContain('slo.yaml');
    expect(of('provider access')?.result).toBe('skipped');
    expect(problemsOf(of('settings'))).toMatch(/BURNGATE_DEADLINE[^]*BURNGATE_PROT/);
    expect(problemsOf(of('data folder'))).toContain('not writable (ENOTDIR)');
    expect(problemsOf(of('tokens and access'))).toContain('mode 0644');
    expect(problemsOf(of('clock'))).toMatch(/(59\d|60\d) s behind/);
    expect(problemsOf(of('service'))).toContain('7 wait');
  });

  test('asks the providers where that is wanted', async () => {
    const { of } = await doctor(['--slos', slos, '--access']);
    expect(problemsOf(of('provider access'))).toMatch(/^garbled at recorded|^lost at recorded/m);
  });

  test('tells a history of a newer version from a damaged one, and a disk that is too small for it', async () => {
    const newer = join(home, 'newer');
    await (await openStore({ kind: 'sqlite', folder: newer })).close();
    const db = new DatabaseSync(join(newer, SQLITE_NAME));
    db.exec(`insert into ${STEPS_TABLE} (name, timestamp) values ('9999-tomorrow', '2030-01-01')`);
    db.close();
    const one = await doctor(['--data', newer], { env: { BURNGATE_RETAIN_MB: '1000000' } });
    expect(problemsOf(one.of('history file'))).toContain('9999-tomorrow');
    expect(problemsOf(one.of('disk space'))).toContain('1000000 MiB may be kept');
    writeFileSync(join(newer, SQLITE_NAME), 'x'.repeat(10_000));
    const other = await doctor(['--data', newer]);
    expect(problemsOf(other.of('history file'))).toContain('not a database');
  });

  test('says that a database or a service does not answer, and shows no password', async () => {
    const { of, text } = await doctor(['--url', 'http://127.0.0.1:1'], {
      env: { DATABASE_URL: 'postgres://burngate:secret@127.0.0.1:1/burngate' },
    });
    expect(problemsOf(of('database'))).toContain('ECONNREFUSED');
    expect(problemsOf(of('service'))).toContain('http://127.0.0.1:1 does not answer');
    expect(text).not.toContain('secret');
  });

  test('takes no address that is none', async () => {
    expect((await burngate(['doctor', '--url', 'localhost:8080'])).code).toBe(64);
  });
});
