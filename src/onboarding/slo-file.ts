import type { Answers } from './answers.ts';
import { indent, type Platform } from './platform.ts';

/** Name of the SLO that the Rollout names. */
export function sloName({ service }: Pick<Answers, 'service'>): string {
  return `${service}-availability`;
}

/** The SLO file for Burngate. */
export function sloFile(answers: Answers, platform: Platform): string {
  const { service, objective } = answers;
  return `# Of a thousand requests, how many may fail? This file says so. It belongs to Burngate, not to the service: put it
# into Burngate's folder of SLO files.
apiVersion: openslo/v1
kind: SLO
metadata:
  name: ${sloName(answers)}
  annotations:
${indent(`${platform.annotations.join('\n')}\n`, 4)}spec:
  description: Requests of ${service} that are answered without a server error
  service: ${service}
  indicator:
    metadata: { name: ${service}-requests }
    spec:
${indent(platform.ratio(answers), 6)}  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${String(objective)} }]
`;
}
