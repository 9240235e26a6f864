import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { ApiRoute } from './api-route.ts';

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** A route as the description has it. `x-roles` says who may call it, of whom one role is enough. */
export function operationOf(route: ApiRoute, schemas: ReadonlyMap<string, z.ZodType>) {
  const { name, method, path, scope, roles, summary, body } = route;
  return createRoute({
    method: METHODS[method],
    path,
    operationId: name,
    tags: [tagOf(path)],
    summary,
    description: `For the roles: ${roles.join(', ')}.`,
    security: [{ oauth: [scope] }],
    'x-roles': [...roles],
    parameters: parametersOf(route),
    ...(body && { request: { body: requestBody(body) } }),
    responses: responsesOf(route, schemas),
  });
}

/** The noun that a path is about. */
function tagOf(path: string): string {
  return path.replace('/api/v1/', '').replace('admin/', '').split('/')[0] ?? '';
}

function responsesOf({ method, answer, media }: ApiRoute, schemas: ReadonlyMap<string, z.ZodType>) {
  const problem = problemWith(schemas);
  const done = media
    ? content(media, z.string())
    : answer && content('application/json', schemas.get(answer));
  const isRead = method === 'GET';
  return {
    ...(done
      ? { 200: { description: 'Done.', content: done, ...(isRead && { headers: READ_HEADERS }) } }
      : { 204: { description: 'Done.' } }),
    ...(isRead && { 304: { description: 'It is as `If-None-Match` says.' } }),
    400: problem('The query, a header or the body is wrong.'),
    401: problem('The token is missing, not valid any more, or not for this API.'),
    403: problem('A role or a scope is missing.'),
    404: problem('There is no such thing.'),
    406: problem('The answer is of no type that `Accept` allows.'),
    ...(!isRead && Object.fromEntries(CHANGE_PROBLEMS.map(([status, why]) => [status, problem(why)]))),
  };
}

const CHANGE_PROBLEMS = [
  [409, 'It does not go together with what is there, or the same request is being carried out.'],
  [412, 'What is there is not what `If-Match` says.'],
  [413, 'The body is too large.'],
  [415, 'The body is no JSON.'],
  [422, 'Another request has this `Idempotency-Key`.'],
] as const;

const READ_HEADERS = {
  ETag: { schema: { type: 'string' }, description: 'Strong, of this answer.' },
} as const;

function problemWith(schemas: ReadonlyMap<string, z.ZodType>) {
  const schema = schemas.get('Problem');
  return (description: string) => ({ description, content: content('application/problem+json', schema) });
}

function content(media: string, schema: z.ZodType | undefined) {
  return { [media]: { schema: schema ?? z.unknown() } };
}

function parametersOf({ method, path, query, isPaged }: ApiRoute) {
  const [, parameter] = /\{(\w+)\}/.exec(path) ?? [];
  return [
    ...(parameter ? [inPath(parameter)] : []),
    ...(query ? inQuery(query) : []),
    ...(isPaged ? PAGE_PARAMETERS : []),
    ...(method === 'GET' ? READ_PARAMETERS : CHANGE_PARAMETERS),
  ];
}

const PAGE_PARAMETERS = [
  { name: 'after', in: 'query', schema: { type: 'string' }, description: 'The `next` of the page before.' },
  { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } },
] as const;

const READ_PARAMETERS = [inHeader('If-None-Match', 'The ETag of an answer that you have.')];

const CHANGE_PARAMETERS = [
  inHeader('If-Match', 'The ETag of what GET answered at this path: only that is changed.'),
  inHeader('Idempotency-Key', 'Your own name for this request: it is carried out once, within a day.'),
];

function inHeader(name: string, description: string) {
  return { name, in: 'header', required: false, schema: { type: 'string' }, description } as const;
}

function inPath(name: string) {
  const description = 'URL-encoded.';
  return { name, in: 'path', required: true, schema: { type: 'string' }, description } as const;
}

function inQuery(query: z.ZodObject) {
  const { properties = {}, required = [] } = jsonSchemaOf(query);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query' as const,
    required: required.includes(name),
    schema: schema as object,
  }));
}

/** What callers write: defaults may be left out. */
function jsonSchemaOf(schema: z.ZodType) {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return jsonSchema;
}

function requestBody(body: z.ZodType) {
  return { required: true, content: { 'application/json': { schema: jsonSchemaOf(body) as object } } };
}
