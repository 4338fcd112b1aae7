import type { Answers } from './answers.ts';
import type { Platform } from './platform.ts';
import { initialDelay } from './rollout-file.ts';
import { sloName } from './slo-file.ts';

/** What a person has to know about the files, in two minutes. */
export function readmeFile(answers: Answers, platform: Platform): string {
  const { service, objective } = answers;
  const percent = String(Number((objective * 100).toFixed(6)));
  return `# ${service}: ${platform.title}

A new version of ${service} gets 5% of the users, then 10%, 25% and 50%, and then all. Before each step Burngate compares
it with the version that runs, by the errors that users get; the objective is ${percent}% good requests. A bad version is
taken back within minutes and without anybody's help.

| file | what it is |
|---|---|
| \`slos/${service}.yaml\` | the objective and where its counts come from; for Burngate |
| \`base/rollout.yaml\` | the service, and the steps of a release |
| \`base/services.yaml\`, \`base/route.yaml\` | how traffic finds the two versions |
| \`base/config.env\`, \`base/secret.env\` | configuration; each change is a release of its own |
| \`overlays/dev\` | no users, nothing to judge |
| \`overlays/staging\` | Burngate records what it would say, and decides nothing |
| \`overlays/production\` | Burngate decides |
| \`application.yaml\` | for Argo CD |

What has to be there:

${platform.needs.map((line) => `- ${line.replaceAll('SERVICE', service)}\n`).join('')}- Argo Rollouts 1.8.2 or newer, and the templates: \`kubectl apply -k analysis-templates\`.

Counts settle after ${String(platform.lagMinutes)} minutes, so the first look comes ${initialDelay(platform)} after the first traffic (\`initial-delay\`).

Check and see:

\`\`\`
burngate validate .
kubectl kustomize overlays/production | burngate validate - --slos slos
burngate validate slos --access
\`\`\`

The SLO is \`${sloName(answers)}\`. To release, change \`image\` (or the configuration) in Git. To watch:
\`kubectl argo rollouts get rollout ${service} -n ${service} --watch\`.
`;
}
