import { shown } from '../core/parsed.ts';
import { nearNames } from './near-names.ts';

const PREFIX = 'BURNGATE_';
const LINK_NAME =
  /^BURNGATE_SERVICE_(HOST|PORT(_.+)?)$|^BURNGATE_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;

/** Kubernetes puts `BURNGATE_PORT=tcp://10.0.0.1:80` and its like into every pod beside a Service of that name. */
export function isServiceLink(name: string, value: string): boolean {
  return LINK_NAME.test(name) || (name === 'BURNGATE_PORT' && /^[a-z]+:\/\//.test(value));
}

/** One warning for each variable of ours that nothing reads: it is misspelt, or from another version. */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  return Object.entries(env)
    .filter(
      ([name, value]) =>
        name.startsWith(PREFIX) && !known.includes(name) && !isServiceLink(name, value ?? ''),
    )
    .map(([name]) => {
      const near = nearOnes(name, known);
      const remedy = near.length > 0 ? `${near.join(' or ')}?` : `known: ${known.join(', ')}`;
      return `${shown(name)} is not a setting and is ignored; ${remedy}`;
    });
}

/** Compared without the prefix, which would make all of them alike. */
function nearOnes(name: string, known: readonly string[]): string[] {
  const bare = (full: string): string => full.replace(PREFIX, '');
  const near = nearNames(bare(name), known.map(bare));
  return known.filter((full) => near.includes(bare(full)));
}
