import type { RunSpec } from './run-spec.ts';
import { ArgsError, type ArgValues } from './substitute.ts';

/** The Secrets of the run's namespace: name, then key, then value. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The value of every arg, with Secrets read. Argo does this on every reconcile, so a Secret that
 * goes away ends a running analysis.
 *
 * @throws ArgsError with the API server's words for a Secret or key that is not there
 */
export function valuesOf(spec: RunSpec, secrets: Secrets): ArgValues {
  return new Map(spec.args.map((arg) => [arg.name, valueOf(arg, secrets)]));
}

/** The same for the limits and durations, where Argo puts a placeholder for Secrets. */
export function valuesWithoutSecrets(spec: RunSpec): ArgValues {
  return new Map(
    spec.args.map((arg) => [arg.name, arg.secret === undefined ? (arg.value ?? '') : 'temp-for-secret']),
  );
}

function valueOf(arg: RunSpec['args'][number], secrets: Secrets): string {
  if (arg.secret === undefined) return arg.value ?? '';
  const secret = secrets[arg.secret.name];
  if (secret === undefined) throw new ArgsError(`secrets "${arg.secret.name}" not found`);
  const value = secret[arg.secret.key];
  if (value === undefined) {
    throw new ArgsError(`key '${arg.secret.key}' does not exist in secret '${arg.secret.name}'`);
  }
  return value;
}
