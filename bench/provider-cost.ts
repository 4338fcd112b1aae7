import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROVIDERS } from '../src/registry.ts';

const ROOT = join(import.meta.dirname, '..');
const RUNS = 5;

/** What opening a provider costs once an SLO names it; without one it is never imported. */
export interface ProviderCost {
  readonly provider: string;
  readonly ms: number;
  readonly rssMib: number;
}

/** Each provider in processes of its own, from the sources, with settings that reach nothing; medians. */
export function providerCosts(): ProviderCost[] {
  return PROVIDERS.map(({ name }) => {
    const script = `
      const { PROVIDERS } = await import('./src/registry.ts');
      const provider = PROVIDERS.find((each) => each.name === ${JSON.stringify(name)});
      const settings = provider.parseSettings({ DD_API_KEY: 'a'.repeat(32), DD_APP_KEY: 'b'.repeat(40), BURNGATE_PROMETHEUS_URL: 'http://127.0.0.1:9' });
      if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
      const [before, rss] = [performance.now(), process.memoryUsage().rss];
      const deps = { env: {}, now: Date.now, log: { warn() {} }, meter: { apiCall() {}, budgetLeft() {} } };
      const open = await provider.open(settings.value, deps);
      console.log(JSON.stringify([performance.now() - before, process.memoryUsage().rss - rss]));
      await open.close();`;
    const runs = Array.from({ length: RUNS }, () => {
      const flags = ['--input-type=module', '-e', script];
      const { stdout, stderr } = spawnSync(process.execPath, flags, { cwd: ROOT, encoding: 'utf8' });
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout) as [number, number];
    });
    const median = (place: 0 | 1): number =>
      runs.map((run) => run[place]).toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? NaN;
    return { provider: name, ms: median(0), rssMib: median(1) / 1024 / 1024 };
  });
}
