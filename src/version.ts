import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of the package that this file lies in, be it sources or dist. */
export const VERSION = versionOf();

function versionOf(): string {
  for (const up of ['..', '../..']) {
    try {
      const text = readFileSync(join(import.meta.dirname, up, 'package.json'), 'utf8');
      const { version } = JSON.parse(text) as { version?: unknown };
      if (typeof version === 'string') return version;
    } catch {
      // Not at this height.
    }
  }
  return '0.0.0';
}
