import { fine, wrong, type Check, type Patient } from './check.ts';

const PATIENCE_MS = 5000;
/** Half of the smallest bucket: further apart, two replicas would see windows that end in different buckets. */
const MOST_APART_MS = 30_000;
const SECOND = 1000;

const clock: Check = {
  label: 'clock',
  failureLabel: 'the clock is wrong; windows would end in the future or in the past',
  shouldTest: ({ places }) => places.url !== undefined,
  test: async (patient) => {
    const before = patient.clock();
    const { headers } = await reach(patient, '/livez');
    const after = patient.clock();
    const told = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(told))
      return wrong('the answer has no Date header', 'name the service itself with --url');
    // The header is cut to whole seconds, and was written at some time between the two.
    const apart = told + SECOND / 2 - (before + after) / 2;
    const slack = SECOND / 2 + (after - before) / 2;
    const seconds = String(Math.round(Math.abs(apart) / SECOND));
    if (Math.abs(apart) - slack <= MOST_APART_MS) return fine(`within ${seconds} s of the service`);
    return wrong(
      `the service is ${seconds} s ${apart > 0 ? 'ahead of' : 'behind'} this machine`,
      'set both by NTP; which of them is wrong, "date -u" tells',
    );
  },
};

const service: Check = {
  label: 'service',
  failureLabel: 'the service does not answer as it should',
  shouldTest: ({ places }) => places.url !== undefined,
  test: async (patient) => {
    const response = await reach(patient, '/readyz');
    const text = await response.text();
    if (response.status !== 200)
      return wrong(
        `/readyz answers ${String(response.status)}`,
        'read its log; name the address of Burngate, without a path, with --url',
      );
    const state = readState(text);
    if (state === null) return wrong('/readyz answers no JSON', 'name the address of Burngate with --url');
    if (state.history?.writable === false)
      return wrong(
        `its history (${String(state.history.kept)}) cannot be written, ${String(state.history.waiting)} wait`,
        'its log says why; verdicts go on without the history',
      );
    return fine(`ready, ${JSON.stringify(state.slos)} SLOs`);
  },
};

export const SERVICE_CHECKS: readonly Check[] = [clock, service];

async function reach({ places }: Patient, path: string): Promise<Response> {
  const url = new URL(path, places.url);
  try {
    return await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'manual' });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
    const why = typeof code === 'string' ? code : (error as Error).name;
    throw new Error(`${url.origin} does not answer (${why})`, { cause: error });
  }
}

interface State {
  readonly slos?: unknown;
  readonly history?: { readonly kept?: unknown; readonly writable?: unknown; readonly waiting?: unknown };
}

function readState(text: string): State | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
