import type { Path } from '../config/path.ts';
import { renderPath } from '../config/path.ts';
import type { Manifest } from './manifest.ts';
import type { Severity } from './rule.ts';
import { RULES, type RuleId } from './rules.ts';

/** One thing about a manifest that its author should know. */
export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** As a person would open it; `-` is standard input. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Path inside the document. */
  readonly path: string;
  /** Kind and name of the manifest. */
  readonly object: string;
  readonly given: string;
  readonly allowed: string;
  /** What would happen. */
  readonly why: string;
  /** The corrected YAML, or what to do, in one or more lines. */
  readonly fix: string;
}

/** What a rule says of one place. */
export interface Said {
  readonly at: Path;
  readonly given: string;
  readonly allowed: string;
  readonly fix: string;
  /** Points at the key and not at its value. */
  readonly key?: boolean;
}

/** Tells of findings in one manifest. */
export type Tell = (rule: RuleId, said: Said) => void;

export function createTell(manifest: Manifest, findings: Finding[]): Tell {
  return (rule, { at, given, allowed, fix, key }) => {
    const { severity, why } = RULES[rule];
    const position = manifest.locate(at, key === true ? 'key' : 'value');
    findings.push({
      rule,
      severity,
      file: manifest.file,
      ...position,
      path: renderPath(at),
      object: `${manifest.kind} ${manifest.name}`,
      given,
      allowed,
      why,
      fix,
    });
  };
}
