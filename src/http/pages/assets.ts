import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Router } from 'express';
import { CLIENT_SCRIPT } from './client-script.ts';
import { STYLE } from './style.ts';

interface Asset {
  readonly type: string;
  readonly body: string;
}

/** Files of the pages, all from this process: no page needs another host. */
export class Assets {
  readonly #files: ReadonlyMap<string, Asset>;
  readonly #urls: ReadonlyMap<string, string>;

  constructor() {
    const require = createRequire(import.meta.url);
    const read = (path: string): string => readFileSync(path, 'utf8');
    const style = read(require.resolve('uplot/dist/uPlot.min.css'));
    const script = read(require.resolve('uplot/dist/uPlot.iife.min.js'));
    const files: Record<string, Asset> = {
      'burngate.css': { type: 'text/css', body: `${style}\n${STYLE}` },
      'burngate.js': {
        type: 'text/javascript',
        body: `${script}\n${CLIENT_SCRIPT}`,
      },
    };
    this.#files = new Map(Object.entries(files));
    this.#urls = new Map(
      Object.entries(files).map(([name, { body }]) => [name, `/assets/${tagOf(body)}/${name}`]),
    );
  }

  /** Address of a file; it changes with the content, so that browsers may keep it for good. */
  url(name: 'burngate.css' | 'burngate.js'): string {
    return this.#urls.get(name) ?? '';
  }

  text(name: 'burngate.css' | 'burngate.js'): string {
    return this.#files.get(name)?.body ?? '';
  }

  /** Open to everybody: there is nothing of anyone in them. */
  routes(): Router {
    const router = Router();
    router.get('/assets/:tag/:name', (request, response, next) => {
      const file = this.#files.get(request.params.name);
      if (file === undefined || tagOf(file.body) !== request.params.tag) {
        next();
        return;
      }
      response
        .set({
          'Content-Type': `${file.type}; charset=utf-8`,
          'Cache-Control': 'public, max-age=31536000, immutable',
        })
        .send(file.body);
    });
    return router;
  }
}

function tagOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 12);
}
