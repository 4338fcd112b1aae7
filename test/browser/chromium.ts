import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium of this machine; null: none, which CI does not accept. */
export function findChromium(): string | null {
  const found = process.env['CHROMIUM'] ?? PATHS.find((path) => existsSync(path)) ?? null;
  if (found === null && process.env['CI'] !== undefined)
    throw new Error('no Chromium: install it (apt-get install chromium), or name it in CHROMIUM');
  return found;
}

export async function launch(executablePath: string): Promise<Browser> {
  // Root in a container has no sandbox to use; nothing but our own pages is opened.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
