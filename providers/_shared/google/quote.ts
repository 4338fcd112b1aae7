import { ProviderError } from '../../../src/core/errors.ts';
import { shown } from '../../../src/core/parsed.ts';

/** Longer than any label value that Google's APIs keep. */
const MAX_LENGTH = 1024;
/** What could end a line, forge a log, or does not survive UTF-8. */
const UNQUOTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const LABEL_KEY = /^[A-Za-z0-9_./-]{1,200}$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether a text can stand in a filter as a value. */
export function isQuotable(text: string): boolean {
  return text.length <= MAX_LENGTH && !UNQUOTABLE.test(text);
}

/**
 * A string literal of the filter languages of Cloud Monitoring and Cloud Logging: always in double quotes, as an
 * unquoted value may also be a function, an operator or a bracket. Throws `provider-rejected` for what is not
 * `isQuotable`.
 */
export function quote(text: string): string {
  if (!isQuotable(text))
    throw new ProviderError({
      code: 'provider-rejected',
      message: `The value ${shown(text)} cannot stand in a filter: allowed are up to ${String(MAX_LENGTH)} characters, none of them control or format characters.`,
      remedy: 'Correct the value in the SLO file or in the request.',
      retryable: false,
    });
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Letters, digits and `_ . / -`: every key that labels of Google Cloud and Kubernetes have. */
export function isLabelKey(key: string): boolean {
  return LABEL_KEY.test(key);
}

/** `metric.labels.code`, `metadata.user_labels."app.kubernetes.io/name"`. Throws `provider-rejected`. */
export function labelField(prefix: string, key: string): string {
  if (!isLabelKey(key))
    throw new ProviderError({
      code: 'provider-rejected',
      message: `${shown(key)} is no label key: allowed are up to 200 letters, digits and any of _ . / -.`,
      remedy: 'Correct the label in the SLO file.',
      retryable: false,
    });
  return IDENTIFIER.test(key) ? `${prefix}.${key}` : `${prefix}."${key}"`;
}
