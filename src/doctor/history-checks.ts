import { existsSync } from 'node:fs';
import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { historyFacts } from '../backup/history-facts.ts';
import { schemaSteps, STEPS_TABLE } from '../reports/store/migrations.ts';
import { SQLITE_NAME } from '../reports/store/open-store.ts';
import { fine, wrong, type Check, type Outcome } from './check.ts';

const MIB = 1024 * 1024;
const PATIENCE_MS = 5000;

const folder: Check = {
  label: 'data folder',
  failureLabel: 'the history cannot be written; verdicts go on without it',
  shouldTest: ({ places }) => places.data !== undefined && places.databaseUrl === undefined,
  test: async ({ places: { data = '' } }) => {
    try {
      if (!existsSync(data)) {
        const parent = nearest(data);
        // Also where that is a file: nothing can be made in it.
        await access(`${parent}/.`, constants.W_OK);
        return fine(`${data} is not there yet; "serve" makes it`);
      }
      const probe = join(data, `doctor.${String(process.pid)}`);
      await writeFile(probe, 'x');
      await rm(probe);
      return fine(`${data} is writable`);
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      return wrong(
        `${data} is not writable (${code})`,
        'give it to the user that "serve" runs as, or mount it writable',
      );
    }
  },
};

const file: Check = {
  label: 'history file',
  failureLabel: 'the history cannot be read',
  shouldTest: ({ places }) =>
    places.databaseUrl === undefined &&
    places.data !== undefined &&
    existsSync(join(places.data, SQLITE_NAME)),
  test: async ({ places: { data = '' } }) => {
    const path = join(data, SQLITE_NAME);
    try {
      const db = new DatabaseSync(path, { readOnly: true, timeout: PATIENCE_MS });
      try {
        const facts = historyFacts(db);
        if (facts === null)
          return wrong(`${path} holds no history of Burngate`, 'name another folder with --data');
        const detail = `${String(facts.rows['burngate_analyses'] ?? 0)} analyses`;
        return schemaOutcome(facts.schema, detail);
      } finally {
        db.close();
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return wrong(`${path}: ${why}`, 'bring the newest backup back with "burngate restore --force"');
    }
  },
};

const disk: Check = {
  label: 'disk space',
  failureLabel: 'the disk will be full before old analyses are deleted',
  shouldTest: ({ places }) => places.data !== undefined && places.databaseUrl === undefined,
  test: async ({ places: { data = '' }, retainMb }) => {
    const { bavail, bsize } = await statfs(nearest(data));
    const held = await stat(join(data, SQLITE_NAME)).then(
      ({ size }) => size,
      () => 0,
    );
    const free = Math.floor((bavail * bsize) / MIB);
    const room = free + Math.floor(held / MIB);
    return room >= retainMb
      ? fine(`${String(free)} MiB free`)
      : wrong(
          `${data} has room for ${String(room)} MiB of history, and ${String(retainMb)} MiB may be kept`,
          'a larger disk, or a smaller --retain-mb',
        );
  },
};

const database: Check = {
  label: 'database',
  failureLabel: 'the history cannot be written; verdicts go on without it',
  shouldTest: ({ places }) => places.databaseUrl !== undefined,
  test: async ({ places }) => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({
      connectionString: places.databaseUrl,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      application_name: 'burngate doctor',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const found = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
        STEPS_TABLE,
      ]);
      if (found.rows[0]?.there !== true) return fine('reachable and empty; "serve" makes its tables');
      const { rows } = await client.query<{ name: string }>(`select name from ${STEPS_TABLE} order by name`);
      return schemaOutcome(
        rows.map(({ name }) => name),
        'reachable',
      );
    } catch (error) {
      // The address holds a password and is not shown; what the driver says holds none.
      const { message, code = 'no connection' } = error as NodeJS.ErrnoException;
      const why = message === '' ? code : message;
      return wrong(
        `DATABASE_URL: ${why}`,
        'check host, port, user, password and network policy of the database',
      );
    } finally {
      await client.end().catch(() => undefined);
    }
  },
};

export const HISTORY_CHECKS: readonly Check[] = [folder, file, disk, database];

function schemaOutcome(steps: readonly string[], detail: string): Outcome {
  const known = schemaSteps();
  const newer = steps.filter((step) => !known.includes(step));
  if (newer.length > 0)
    return wrong(
      `its schema has ${newer.join(', ')}, which this version does not know`,
      'run the version of Burngate that wrote it, or a newer one',
    );
  const missing = known.length - steps.length;
  return fine(
    `${detail}, schema ${steps.at(-1) ?? 'none'}${missing > 0 ? '; the next start of "serve" renews it' : ''}`,
  );
}

/** The folder itself, or the nearest one above it that is there. */
function nearest(path: string): string {
  const full = resolve(path);
  return existsSync(full) || dirname(full) === full ? full : nearest(dirname(full));
}
