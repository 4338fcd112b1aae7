import type { Measurement } from '../../core/recorder.ts';
import type { Slo } from '../../core/slo.ts';
import type { MeasurementJson } from './analysis-schemas.ts';

type Links = NonNullable<MeasurementJson['links']>;

/** Groups that get links of their own. */
const MOST_GROUPS = 3;

/** Logs and traces of the canary, of its guilty groups above all, as the SLO file says where they are. */
export function linksOf({ judged, release }: Measurement, slo: Slo | undefined): Links {
  if (judged === undefined || slo?.links === undefined) return [];
  const { window } = judged.observation;
  const named = judged.judgement.groups.slice(0, MOST_GROUPS).map(({ group }) => group);
  const groups = named.length > 0 ? named : [null];
  return slo.links.flatMap(({ name, template }) =>
    (template.includes('${group}') ? groups : [null]).map((group) => ({
      name,
      group,
      url: fill(template, {
        hash: release.canary,
        group: group ?? '',
        rollout: release.rollout ?? '',
        namespace: release.namespace ?? '',
        from: new Date(window.start).toISOString(),
        to: new Date(window.end).toISOString(),
      }),
    })),
  );
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}
