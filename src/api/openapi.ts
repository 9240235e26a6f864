import { OpenAPIHono } from '@hono/zod-openapi';
import { PATHS } from '../grants/authorization-server.ts';
import { ACCOUNT_SCOPE, ADMIN_SCOPE } from '../grants/scopes.ts';
import type { ApiRoute } from './api-route.ts';
import { operationOf } from './operation.ts';
import { SCHEMAS } from './schemas.ts';

/** The description of the API (OpenAPI 3.1), made from its routes. */
export function openApiDocument(origin: string, all: readonly ApiRoute[]) {
  const described = new OpenAPIHono();
  const { openAPIRegistry: registry } = described;
  registry.registerComponent('securitySchemes', 'oauth', securityScheme(origin));
  const schemas = new Map(
    Object.entries(SCHEMAS).map(([name, schema]) => [name, registry.register(name, schema)]),
  );
  for (const route of all) registry.registerPath(operationOf(route, schemas));
  return described.getOpenAPI31Document({
    openapi: '3.1.1',
    info: {
      title: 'Gatehouse',
      version: '1',
      description: `Tokens are issued for the resource ${origin}/api (RFC 8707).`,
    },
    servers: [{ url: origin }],
  });
}

function securityScheme(origin: string) {
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
  return { type: 'oauth2', flows: { authorizationCode } } as const;
}
