import { valid } from '../../src/core/parsed.ts';
import type { ProviderDefinition } from '../../src/core/provider.ts';
import { parseRecordedQuery, type RecordedQuery } from './query.ts';

/** Files need no settings: each SLO names its own. */
export type RecordedSettings = Readonly<Record<string, never>>;

/** Recorded counts and access logs as a metrics source: for trials, tests, demonstrations and replays. */
export const recorded: ProviderDefinition<RecordedQuery, RecordedSettings> = {
  name: 'recorded',
  summary: 'Counts from a CSV or JSON lines file, or requests from an access log.',
  settings: [],
  local: true,
  parseSettings: () => valid({}),
  parseQuery: (raw, { baseDir }) => parseRecordedQuery(raw, baseDir),
  open: async () => {
    const [{ RecordingFiles }, { RecordedProvider }] = await Promise.all([
      import('./client.ts'),
      import('./recorded-provider.ts'),
    ]);
    return new RecordedProvider(new RecordingFiles());
  },
};
