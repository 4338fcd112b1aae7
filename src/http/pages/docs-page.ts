import { EXAMPLES } from '../reports/openapi-examples.ts';
import { OPERATIONS, SCHEMAS } from '../reports/openapi.ts';
import { html, type Html } from './html.ts';
import type { Page } from './layout.ts';
import { table } from './parts.ts';
import { z } from 'zod';

/** The HTTP API for people, from the same source as the document for programs. */
export function docsPage(): Page {
  const body = html`<h1>HTTP API</h1>
    <p>
      For programs: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1). A number that cannot be said is
      <code>null</code>, never 0. Errors are problem documents (RFC 9457). Answers carry an <code>ETag</code>;
      send it back as <code>If-None-Match</code>.
    </p>
    ${OPERATIONS.map((operation) => section(operation))}`;
  return { title: 'HTTP API', section: 'docs', body };
}

function section({ method, path, summary, query, answer, csv }: (typeof OPERATIONS)[number]): Html {
  const parameters = Object.entries(query.shape).map(([name, schema]) =>
    parameterRow(name, schema as z.ZodType),
  );
  const example = EXAMPLES[answer];
  return html`<section>
    <h2><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${summary}</p>
    ${parameters.length === 0 ? null : table('Query parameters, all optional', [{ name: 'Name' }, { name: 'Type', long: true }, { name: 'Meaning', long: true }], parameters)}
    ${csv === true ? html`<p class="small">CSV with <code>?format=csv</code> or <code>Accept: text/csv</code>.</p>` : null}
    ${method === 'post' ? block('Request', EXAMPLES['AnalysisRequest']) : null}
    ${example === undefined ? null : block('Answer', example)}
    <details>
      <summary>Schema of the answer</summary>
      <pre
        class="scroll"
        tabindex="0"
      ><code>${JSON.stringify(z.toJSONSchema(SCHEMAS[answer], { io: 'input' }), null, 2)}</code></pre>
    </details>
  </section>`;
}

function block(title: string, value: object | undefined): Html {
  return html`<h3>${title}</h3>
    <pre class="scroll" tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`;
}

function parameterRow(name: string, schema: z.ZodType): string[] {
  const { type, enum: choices, description } = z.toJSONSchema(schema, { io: 'input' });
  const kind = Array.isArray(choices) ? choices.map(String).join(' or ') : String(type);
  return [name, kind, description ?? ''];
}
