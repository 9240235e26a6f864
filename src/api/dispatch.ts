import { type Context, Hono } from 'hono';
import { GatehouseError } from '../errors.ts';
import { writtenFile } from '../publish/catalog-file.ts';
import { ADMIN_ROUTES } from './admin-routes.ts';
import { refuse } from './admission.ts';
import type { ApiCall, ApiRoute } from './api-route.ts';
import { APPROVAL_ROUTES } from './approval-routes.ts';
import { AUDIT_ROUTES } from './audit-routes.ts';
import { CATALOG_ROUTES } from './catalog-routes.ts';
import { jsonError } from './json-error.ts';
import { KILL_ROUTES } from './kill-routes.ts';
import { MEMBER_ROUTES } from './member-routes.ts';
import { PIN_ROUTES } from './pin-routes.ts';
import { POLICY_ROUTES } from './policy-routes.ts';
import { bodyOf, queryOf } from './request.ts';
import { SERVER_ROUTES } from './server-routes.ts';
import { SIMULATION_ROUTES } from './simulation-routes.ts';
import { VAULT_ROUTES } from './vault-routes.ts';

/** Every route of the API, each with the rule of who may call it. */
export const API_ROUTES: readonly ApiRoute[] = [
  ...MEMBER_ROUTES,
  ...ADMIN_ROUTES,
  ...VAULT_ROUTES,
  ...AUDIT_ROUTES,
  ...SERVER_ROUTES,
  ...CATALOG_ROUTES,
  ...PIN_ROUTES,
  ...APPROVAL_ROUTES,
];

/** What a request brings to its route: who asks, and where. */
export type Caller = Pick<ApiCall, 'env' | 'deployment' | 'exports' | 'principal'>;

/** Serves an API request of somebody whose token is valid here, by the table of routes. */
export const dispatch = routerOf(API_ROUTES);

function routerOf(routes: readonly ApiRoute[]): (request: Request, caller: Caller) => Promise<Response> {
  const router = new Hono<{ Bindings: Caller }>();
  for (const route of routes) router.on(route.method, honoPath(route), c => serve(route, c));
  for (const [path, those] of Map.groupBy(routes, honoPath)) router.all(path, () => refuseMethod(those));
  router.notFound(() => jsonError(UNKNOWN_ROUTE));
  router.onError(error => jsonError(error));
  return async (request, caller) => router.fetch(request, caller);
}

async function serve(route: ApiRoute, c: Context<{ Bindings: Caller }>): Promise<Response> {
  const caller = c.env;
  const refusal = refuse(route, caller.principal);
  if (refusal) return refusal;
  const { page, rest: query } = queryOf(route, new URL(c.req.url).searchParams);
  const body = await bodyOf(route, c.req.raw, caller.deployment.settings);
  const target = c.req.param('target') ?? '';
  const answer = await route.serve({ ...caller, target, page, query, body });
  return answered(route, answer);
}

function answered({ file }: ApiRoute, answer: object | null): Response {
  const headers = { 'cache-control': 'no-store' };
  if (answer === null) return new Response(null, { status: 204, headers });
  if (file === undefined) return Response.json(answer, { headers });
  return new Response(writtenFile(answer), {
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="${file}"`,
    },
  });
}

const UNKNOWN_ROUTE = new GatehouseError(
  'route_unknown',
  'There is no such path here; /api/v1/openapi.json lists those there are.',
);

/** RFC 9110 section 15.5.6: a 405 says what is allowed. */
function refuseMethod(routes: readonly ApiRoute[]): Response {
  const allow = routes.map(({ method }) => method).join(', ');
  return jsonError(new GatehouseError('method_not_allowed', `Use ${allow}.`), { allow });
}

function honoPath({ path }: ApiRoute): string {
  return path.replace(/\{\w+\}/, ':target');
}
