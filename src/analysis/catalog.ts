import type { Slo } from '../core/slo.ts';
import { shown } from '../core/parsed.ts';
import { RequestError, type AnalysisRequest } from './request.ts';

/** The SLOs that are loaded. */
export interface Catalog {
  readonly slos: readonly Slo[];
}

const LISTED = 8;

/** The SLOs a request means, each once; an unknown name is refused with the known ones. */
export function selectSlos(catalog: Catalog, wanted: AnalysisRequest['slos']): readonly Slo[] {
  switch (wanted.kind) {
    case 'service': {
      const slos = catalog.slos.filter((slo) => slo.service === wanted.service);
      if (slos.length === 0) {
        throw unknown('service', wanted.service, [...new Set(catalog.slos.map((slo) => slo.service))]);
      }
      return slos;
    }
    case 'names':
      return [...new Set(wanted.names)].map((name) => {
        const slo = catalog.slos.find((each) => each.name === name);
        if (slo === undefined)
          throw unknown(
            'SLO',
            name,
            catalog.slos.map((each) => each.name),
          );
        return slo;
      });
  }
}

function unknown(kind: string, given: string, known: readonly string[]): RequestError {
  const listed = known.slice(0, LISTED).join(', ');
  const more = known.length > LISTED ? ` and ${String(known.length - LISTED)} more` : '';
  return new RequestError(
    `unknown ${kind} ${shown(given)}; loaded: ${known.length === 0 ? 'none' : listed}${more}`,
    `correct the arg "slo" of the AnalysisTemplate, or add the ${kind} to the folder that Burngate serves`,
  );
}
