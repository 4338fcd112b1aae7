/** One request, without its token. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly accept?: string;
  readonly body?: string;
}

/** What is put into requests, by the name of the parameter. */
export interface Values {
  readonly path: Readonly<Record<string, readonly string[]>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly bodies: readonly object[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly parameters: readonly Parameter[] }>>>
  >;
}

const ACCEPTED = ['application/json', 'text/csv', 'text/html'];

/**
 * Every operation that the service describes, with each parameter by itself, in every format, and the pages behind
 * them. Throws on a parameter without values: a new one has to be given some.
 */
export async function describedRequests(url: string, values: Values): Promise<Sent[]> {
  const response = await fetch(`${url}/openapi.json`);
  const { paths } = (await response.json()) as OpenApi;
  const all: Sent[] = [];
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { parameters }] of Object.entries(methods)) {
      const bodies = method === 'get' ? [{}] : values.bodies.map((body) => ({ body: JSON.stringify(body) }));
      for (const address of addresses(path, parameters, values))
        for (const accept of ACCEPTED)
          for (const body of bodies) all.push({ method, path: address, accept, ...body });
    }
  return [...all, ...pagesOf(all)];
}

function addresses(path: string, parameters: readonly Parameter[], values: Values): string[] {
  const named = (place: 'path' | 'query') =>
    parameters
      .filter((each) => each.in === place)
      .flatMap(({ name }) => {
        const own = values[place][name];
        if (own === undefined)
          throw new Error(`the ${place} parameter ${name} of ${path} has no values here`);
        return own.map((value) => [name, value] as const);
      });
  const filled = path.includes('{')
    ? named('path').map(([name, value]) => path.replace(`{${name}}`, value))
    : [path];
  const pairs = named('query');
  const limited = pairs.filter(([name]) => name === 'limit');
  // Each by itself, and on pages of one row, which is where a list is cut.
  const queries = [
    ...pairs.map((pair) => [pair]),
    ...limited.flatMap((limit) => pairs.map((pair) => [pair, limit])),
  ].map((each) => `?${new URLSearchParams(Object.fromEntries(each)).toString()}`);
  return filled.flatMap((own) => ['', ...queries].map((query) => `${own}${query}`));
}

/** The pages have the addresses of the API without its version, and the list of SLOs is the first page. */
function pagesOf(all: readonly Sent[]): Sent[] {
  const read = all.filter(({ method }) => method === 'get');
  return [
    ...read.map((one) => ({ ...one, path: one.path.replace(/^\/v1\/slos(?=\?|$)|^\/v1\//, '/') })),
    ...['/metrics', '/readyz', '/livez', '/docs'].map((path) => ({ method: 'get', path })),
  ];
}
