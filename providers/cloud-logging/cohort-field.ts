import { ProviderError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/parsed.ts';
import { isLabelKey } from '../_shared/google/quote.ts';
import { parseEntryField } from './filter/fragment.ts';
import type { Field } from './filter/syntax.ts';
import type { PodLabels, Source } from './query.ts';

/** The label that Argo Rollouts writes on every pod. */
const HASH_LABEL = 'rollouts-pod-template-hash';
const GKE_PREFIX = 'k8s-pod/';

/** Where a pod's label is in an entry; GKE writes the dots of its key as underscores. */
function podLabelField(labels: PodLabels, key: string): Field {
  const spelt = labels.dots === 'underscores' ? key.replaceAll('.', '_') : key;
  return [...labels.at, `${labels.prefix}${spelt}`];
}

/**
 * The field that tells the cohort: by default the hash label of the pod; else a field of the entry
 * (`jsonPayload.version`), or a label of the pod (`app.kubernetes.io/version`, `k8s-pod/version`).
 * Throws `provider-rejected`.
 */
export function cohortField(label: string | undefined, { podLabels }: Source): Field {
  if (label === undefined) return podLabelField(podLabels, HASH_LABEL);
  return labelledField(label, podLabels, 'burngate.io/cohort');
}

/** The field that tells the pod: `pod` and `pod_name` are the source's own. Throws `provider-rejected`. */
export function podField(label: string, { pod, podLabels }: Source): Field {
  if (label === 'pod' || label === 'pod_name') return pod;
  return labelledField(label, podLabels, 'the pod label');
}

function labelledField(label: string, podLabels: PodLabels, where: string): Field {
  const field = parseEntryField(label, where);
  if (field.ok && (field.value.length > 1 || label === 'severity')) return field.value;
  const key = label.startsWith(GKE_PREFIX) ? label.slice(GKE_PREFIX.length) : label;
  if (isLabelKey(key)) return podLabelField(podLabels, key);
  throw new ProviderError({
    code: 'provider-rejected',
    message: `The label ${shown(label)} of ${where} is neither a field of a log entry nor a label of a pod.`,
    remedy: 'Name a field such as jsonPayload.version, or a pod label such as app.kubernetes.io/version.',
    retryable: false,
  });
}
