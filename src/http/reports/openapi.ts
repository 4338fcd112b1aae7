import { z } from 'zod';
import { analysisDetail, analysisList } from './analysis-schemas.ts';
import { analysisAnswer, analysisRequest } from './analysis-request-schema.ts';
import { EXAMPLES } from './openapi-examples.ts';
import { listQuery, noQuery, reportQuery } from './query.ts';
import { problem } from './schema-parts.ts';
import { sloList, sloReportJson } from './slo-schemas.ts';

interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly answer: keyof typeof SCHEMAS;
  readonly csv?: true;
  readonly errors: readonly number[];
}

/** Schemas by the name that the document gives them. */
export const SCHEMAS = {
  AnalysisRequest: analysisRequest,
  AnalysisAnswer: analysisAnswer,
  SloList: sloList,
  SloReport: sloReportJson,
  AnalysisList: analysisList,
  Analysis: analysisDetail,
  Problem: problem,
} as const;

/** Every route that programs use; a test holds it against what the service answers. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/analysis',
    summary: 'Judge a canary. 200 whatever the verdict; real status codes with X-Burngate-Strict: 1',
    query: noQuery,
    answer: 'AnalysisAnswer',
    errors: [405],
  },
  {
    method: 'get',
    path: '/v1/slos',
    summary: 'All SLOs with the state of their budgets',
    query: reportQuery,
    answer: 'SloList',
    csv: true,
    errors: [400, 401],
  },
  {
    method: 'get',
    path: '/v1/slos/{name}',
    summary: 'The burn report of one SLO; as CSV, what its releases spent',
    query: reportQuery,
    answer: 'SloReport',
    csv: true,
    errors: [400, 401, 404, 503],
  },
  {
    method: 'get',
    path: '/v1/analyses',
    summary: 'Analyses, newest first, one item for each SLO of an analysis',
    query: listQuery,
    answer: 'AnalysisList',
    csv: true,
    errors: [400, 401],
  },
  {
    method: 'get',
    path: '/v1/analyses/{id}',
    summary: 'One analysis: counts, evidence path, groups, queries, policy, and all looks',
    query: noQuery,
    answer: 'Analysis',
    errors: [400, 401, 404],
  },
];

const PARAMETERS: Readonly<Record<string, string>> = {
  name: 'Name of an SLO',
  id: '`analysis` of an answer',
};

/** OpenAPI 3.1, from the schemas that the answers have as their types and that parse the queries. */
export function openApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationOf(operation) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Burngate',
      version,
      description:
        'Judges canaries by the error budget they burn, and reports on the budgets. A number that cannot be said is null, never 0.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchema(schema)]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic' },
      },
    },
    security: [{}, { bearer: [] }, { basic: [] }],
  };
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

function operationOf({ method, path, summary, query, answer, csv, errors }: Operation): object {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return {
    operationId: `${method}${path.replace(/\/v1|[{}]/g, '').replace(/\/(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    parameters: [
      ...names.map((name) => ({
        name,
        in: 'path',
        required: true,
        description: PARAMETERS[name] ?? name,
        schema: { type: 'string' },
      })),
      ...Object.entries(query.shape).map(([name, schema]) => ({
        name,
        in: 'query',
        required: false,
        schema: jsonSchema(schema as z.ZodType),
      })),
    ],
    ...(method === 'post' ? { requestBody: bodyOf() } : {}),
    responses: {
      '200': {
        description: summary,
        content: {
          'application/json': {
            schema: { $ref: `#/components/schemas/${answer}` },
            ...(EXAMPLES[answer] === undefined ? {} : { example: EXAMPLES[answer] }),
          },
          ...(csv === true ? { 'text/csv': { schema: { type: 'string' } } } : {}),
        },
      },
      ...(method === 'get' ? { '304': { description: 'Not changed since the ETag of If-None-Match' } } : {}),
      ...Object.fromEntries(errors.map((status) => [String(status), problemResponse()])),
    },
  };
}

function bodyOf(): object {
  return {
    required: true,
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/AnalysisRequest' },
        example: EXAMPLES['AnalysisRequest'],
      },
    },
  };
}

function problemResponse(): object {
  return {
    description: 'Problem document (RFC 9457)',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
