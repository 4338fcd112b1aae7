import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';
import { ROOT } from './documents.ts';

const service = served({ slos: folderWith({ ...SHOP }), flags: ['--data', folderWith({ '.keep': '' })] });

describe('alerts and dashboard', () => {
  test.each(['alerts.yaml', 'dashboard.json'])(
    '%s names metrics that there are, with labels that they have',
    async (file) => {
      await ask(service(), { slo: 'checkout' });
      const exposition = await (await fetch(`${service().url}/metrics`)).text();
      const known = new Set([...exposition.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name));
      const text = readFileSync(join(ROOT, 'deploy/components/prometheus-operator', file), 'utf8');
      const used = [...text.matchAll(/\b(?:burngate|process)_[a-z_]+\b/g)].map(([name]) =>
        name.replace(/_(?:bucket|count|sum)$/, ''),
      );
      expect(used.length).toBeGreaterThan(4);
      expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
    },
  );
});
