import * as z from 'zod';
import { PATHS } from '../grants/authorization-server.ts';
import { ACCOUNT_SCOPE, ADMIN_SCOPE } from '../grants/scopes.ts';
import type { ApiRoute } from './api-route.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';

/** The description of the API (OpenAPI 3.1), made from its routes. */
export function openApiDocument(origin: string, routes: readonly ApiRoute[]): object {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const paths = [...byPath].map(([path, those]) => [
    path,
    Object.fromEntries(those.map(route => [route.method.toLowerCase(), operationOf(route)])),
  ]);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Gatehouse',
      version: '1',
      description: `Tokens are issued for the resource ${origin}/api (RFC 8707).`,
    },
    servers: [{ url: origin }],
    paths: Object.fromEntries(paths),
    components: { schemas: SCHEMAS, securitySchemes: { oauth: securityScheme(origin) } },
  };
}

function operationOf({ name, path, scope, roles, summary, answer, ...route }: ApiRoute): object {
  const { isPaged, query, body } = route;
  const [, parameter] = /\{(\w+)\}/.exec(path) ?? [];
  return {
    operationId: name,
    summary,
    description: `For the roles: ${roles.join(', ')}.`,
    security: [{ oauth: [scope] }],
    parameters: [
      ...(parameter ? [inPath(parameter)] : []),
      ...(query ? inQuery(query) : []),
      ...(isPaged ? PAGE_PARAMETERS : []),
    ],
    ...(body && { requestBody: requestBody(body) }),
    responses: {
      ...(answer ? { 200: json(answer, 'Done.') } : { 204: { description: 'Done.' } }),
      400: json('Error', 'The query or the body is wrong.'),
      401: { description: 'The token is missing, not valid any more, or not for this API.' },
      403: json('Error', 'A role or a scope is missing.'),
      404: json('Error', 'There is no such thing.'),
    },
  };
}

const PAGE_PARAMETERS = [
  { name: 'after', in: 'query', schema: { type: 'string' }, description: 'The `next` of the page before.' },
  { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } },
] as const;

function inPath(name: string): object {
  return { name, in: 'path', required: true, schema: { type: 'string' }, description: 'URL-encoded.' };
}

/** What callers write: defaults may be left out. */
function jsonSchemaOf(schema: z.ZodType) {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return jsonSchema;
}

function inQuery(query: z.ZodObject): object[] {
  const { properties = {}, required = [] } = jsonSchemaOf(query);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function requestBody(body: z.ZodType): object {
  return { required: true, content: { 'application/json': { schema: jsonSchemaOf(body) } } };
}

function json(schema: SchemaName, description: string): object {
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
  return { description, content };
}

function securityScheme(origin: string): object {
  const scopes = {
    [ACCOUNT_SCOPE]: 'See and end what you have connected.',
    [ADMIN_SCOPE]: 'Administer, as far as your roles go.',
  };
  const tokenUrl = `${origin}${PATHS.token}`;
  const authorizationCode = {
    authorizationUrl: `${origin}${PATHS.authorize}`,
    tokenUrl,
    refreshUrl: tokenUrl,
    scopes,
  };
  return { type: 'oauth2', flows: { authorizationCode } };
}
