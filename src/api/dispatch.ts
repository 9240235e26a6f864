import { Hono } from 'hono';
import { GatehouseError } from '../errors.ts';
import { ADMIN_ROUTES } from './admin-routes.ts';
import type { ApiRoute } from './api-route.ts';
import { APPROVAL_ROUTES } from './approval-routes.ts';
import { AUDIT_ROUTES } from './audit-routes.ts';
import { CATALOG_ROUTES } from './catalog-routes.ts';
import { KILL_ROUTES } from './kill-routes.ts';
import { MEMBER_ROUTES } from './member-routes.ts';
import { METRICS_ROUTES } from './metrics-routes.ts';
import { PIN_ROUTES } from './pin-routes.ts';
import { POLICY_ROUTES } from './policy-routes.ts';
import { problem } from './problem.ts';
import { type Caller, serve } from './serve.ts';
import { SERVER_ROUTES } from './server-routes.ts';
import { SESSION_ROUTES } from './session-routes.ts';
import { SIMULATION_ROUTES } from './simulation-routes.ts';
import { VAULT_ROUTES } from './vault-routes.ts';

/** Every route of the API, each with the rule of who may call it. */
export const API_ROUTES = [
  ...MEMBER_ROUTES,
  ...ADMIN_ROUTES,
  ...VAULT_ROUTES,
  ...AUDIT_ROUTES,
  ...SERVER_ROUTES,
  ...CATALOG_ROUTES,
  ...PIN_ROUTES,
  ...METRICS_ROUTES,
  ...APPROVAL_ROUTES,
  ...POLICY_ROUTES,
  ...SESSION_ROUTES,
  ...SIMULATION_ROUTES,
  ...KILL_ROUTES,
] as const;

/** Serves an API request of somebody whose token is valid here, by the table of routes. */
export const dispatch = routerOf(API_ROUTES);

function routerOf(all: readonly ApiRoute[]): (request: Request, caller: Caller) => Promise<Response> {
  const router = new Hono<{ Bindings: Caller }>();
  for (const [path, those] of Map.groupBy(all, honoPath)) {
    const reading = those.find(({ method }) => method === 'GET') ?? null;
    for (const route of those) {
      router.on(route.method, path, c =>
        serve({ route, reading, target: c.req.param('target') ?? '' }, c.req.raw, c.env),
      );
    }
    router.all(path, () => refuseMethod(those));
  }
  router.notFound(() => problem(UNKNOWN_ROUTE));
  router.onError(error => problem(error));
  return async (request, caller) => router.fetch(request, caller);
}

const UNKNOWN_ROUTE = new GatehouseError(
  'route_unknown',
  'There is no such path here; /api/v1/openapi.json lists those there are.',
);

/** RFC 9110 section 15.5.6: a 405 says what is allowed. */
function refuseMethod(those: readonly ApiRoute[]): Response {
  const methods = those.map(({ method }) => method);
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return problem(new GatehouseError('method_not_allowed', `Use ${allow}.`), { allow });
}

function honoPath({ path }: ApiRoute): string {
  return path.replace(/\{\w+\}/, ':target');
}
