import { sql, type Kysely, type RawBuilder } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';

type SchemaModule = Kysely<unknown>['schema'];

export type Flavour = 'sqlite' | 'postgres';

/** The schema, one step a release that changed it; a step that has shipped is never edited. */
function migrations(flavour: Flavour): Record<string, Migration> {
  return { '0001-history': { up: async (db) => history(db, flavour) } };
}

/** Names of the steps that this version knows, oldest first; a database with any other was written by a newer one. */
export function schemaSteps(): readonly string[] {
  return Object.keys(migrations('sqlite')).toSorted();
}

/** Table of the steps that a database has been through. */
export const STEPS_TABLE = 'burngate_migrations';

/** Brings the database to the newest schema; safe to run by several processes at once on PostgreSQL. */
export async function migrate(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations(flavour) },
    migrationTableName: STEPS_TABLE,
    migrationLockTableName: 'burngate_migrations_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('migration failed', { cause: error });
}

/** Column types by flavour. */
interface Types {
  readonly time: 'bigint' | 'integer';
  readonly bytes: RawBuilder<unknown>;
  /** Events may be fractions where a source samples. */
  readonly count: RawBuilder<unknown>;
  /** SQLite keeps a table with such a key in the key's order, once. */
  readonly tail: RawBuilder<unknown>;
}

const TYPES: Readonly<Record<Flavour, Types>> = {
  sqlite: { time: 'integer', bytes: sql.raw('blob'), count: sql.raw('real'), tail: sql.raw('without rowid') },
  postgres: {
    time: 'bigint',
    bytes: sql.raw('bytea'),
    count: sql.raw('double precision'),
    tail: sql.raw(''),
  },
};

async function history({ schema }: Kysely<unknown>, flavour: Flavour): Promise<void> {
  const types = TYPES[flavour];
  await analyses(schema, types);
  await measurements(schema, types);
  await schema
    .createTable('burngate_pieces')
    .addColumn('part', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', types.bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('burngate_pieces_key', ['part', 'name'])
    .modifyEnd(types.tail)
    .execute();
  await schema
    .createTable('burngate_snapshots')
    .addColumn('slo', 'text', (column) => column.notNull())
    .addColumn('at', types.time, (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('burngate_snapshots_key', ['slo', 'at'])
    .execute();
}

async function analyses(schema: SchemaModule, { time, count }: Types): Promise<void> {
  let table = schema
    .createTable('burngate_analyses')
    .addColumn('part', 'text', (column) => column.primaryKey());
  for (const name of ['analysis', 'slo', 'service', 'canary', 'verdict', 'code', 'reason'])
    table = table.addColumn(name, 'text', (column) => column.notNull());
  for (const name of ['stable', 'namespace', 'cluster', 'rollout', 'revision'])
    table = table.addColumn(name, 'text');
  for (const name of ['first_at', 'last_at', 'recorded_at', 'looks', 'bytes'])
    table = table.addColumn(name, time, (column) => column.notNull());
  for (const name of ['judged_at', 'window_start', 'window_end']) table = table.addColumn(name, time);
  for (const name of ['canary_good', 'canary_bad', 'stable_good', 'stable_bad'])
    table = table.addColumn(name, count);
  await table.execute();
  const indexes = [
    ['analysis'],
    ['last_at', 'part'],
    ['recorded_at'],
    ['slo', 'last_at'],
    ['service', 'last_at'],
  ];
  for (const columns of indexes)
    await schema
      .createIndex(`burngate_analyses_by_${columns.join('_')}`)
      .on('burngate_analyses')
      .columns(columns)
      .execute();
}

async function measurements(schema: SchemaModule, { time, bytes, tail }: Types): Promise<void> {
  await schema
    .createTable('burngate_measurements')
    .addColumn('part', 'text', (column) => column.notNull())
    .addColumn('at', time, (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('mode', 'text')
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('judged', 'integer', (column) => column.notNull())
    .addColumn('body', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('burngate_measurements_key', ['part', 'at', 'digest'])
    .modifyEnd(tail)
    .execute();
}
