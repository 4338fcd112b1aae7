import { z } from 'zod';
import { shown } from '../core/parsed.ts';
import type { SloLink } from '../core/slo.ts';
import { annotationYaml, type Annotation } from './annotation-text.ts';
import { isMapping } from './raw-value.ts';

const PLACEHOLDERS = ['${hash}', '${group}', '${rollout}', '${namespace}', '${from}', '${to}'];
const MOST = 5;
const ALLOWED = `a mapping of at most ${String(MOST)} names to https or http addresses, such as {logs: "https://logs.example.com/?q=\${hash}"}`;

const template = z
  .string()
  .max(2000)
  .refine((text) => ['https:', 'http:'].includes(URL.parse(text)?.protocol ?? ''))
  .refine((text) => (text.match(/\$\{[^}]*\}?/g) ?? []).every((each) => PLACEHOLDERS.includes(each)));

/** Judges `burngate.io/links`: pages of logs or traces that reports lead to. */
export function parseLinks(one: Annotation): SloLink[] | null {
  const raw = annotationYaml(one, ALLOWED);
  if (raw === null) return null;
  if (!isMapping(raw) || Object.keys(raw).length > MOST) {
    one.report.problem([], shown(raw), ALLOWED);
    return null;
  }
  const links: SloLink[] = [];
  for (const [name, address] of Object.entries(raw)) {
    const parsed = template.safeParse(address);
    if (parsed.success && /^[\w .-]{1,40}$/.test(name)) links.push({ name, template: parsed.data });
    else
      one.report.problem(
        [],
        shown({ [name]: address }),
        `${ALLOWED}; placeholders: ${PLACEHOLDERS.join(', ')}`,
      );
  }
  return links.length === Object.keys(raw).length ? links : null;
}
