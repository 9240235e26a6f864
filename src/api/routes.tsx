import { type Context, Hono } from 'hono';
import { renderPage } from '../auth/pages/page.tsx';
import { guard } from '../auth/resource/protected-resource.ts';
import { type Deployment, deploymentOf } from '../deployment.ts';
import type { Env } from '../env.ts';
import { apiUrl } from '../grants/resources.ts';
import { checkOrigin, crossOriginHeaders, preflight } from '../mcp/browser-access.ts';
import type { CapabilityExports } from '../runtime/isolate.ts';
import { API_ROUTES, dispatch } from './dispatch.ts';
import { metricsText } from './metrics-text.ts';
import { openApiDocument } from './openapi.ts';
import { asProblem } from './problem.ts';
import { ReferencePage } from './reference-page.tsx';

type AppContext = Context<{ Bindings: Env }>;

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** The API of the gateway itself, its metadata as a protected resource (RFC 9728), and its description. */
export const apiRoutes = new Hono<{ Bindings: Env }>()
  .get('/api/v1/openapi.json', c =>
    serve(c, async ({ origin }) => Response.json(openApiDocument(origin, API_ROUTES))),
  )
  .get('/metrics', c => serve(c, deployment => protectedApi(c, underApi(deployment), metricsText)))
  .get('/api/v1/reference', c => serve(c, reference))
  .get('/api/v1', c => serve(c, reference))
  .get('/api/v1/', c => serve(c, reference))
  .all('/api', c => serve(c, deployment => protectedApi(c, deployment)))
  .all('/api/*', c => serve(c, deployment => protectedApi(c, deployment)))
  .all('/.well-known/oauth-protected-resource/api', c => serve(c, deployment => protectedApi(c, deployment)));

/** A page that asks for nobody's token: what it says is no secret. */
async function reference({ origin }: Deployment): Promise<Response> {
  const body = <ReferencePage origin={origin} all={API_ROUTES} />;
  return renderPage({ title: 'API reference', body, isWide: true });
}

async function protectedApi(
  c: AppContext,
  deployment: Deployment,
  answer: typeof dispatch = dispatch,
): Promise<Response> {
  const { env } = c;
  const context = c.executionCtx as ExecutionContext;
  const exports = context.exports as unknown as CapabilityExports;
  const guarded = guard(deployment, apiUrl(deployment.origin), (request, principal) =>
    answer(request, { env, deployment, exports, principal }),
  );
  return asProblem(await guarded(deployment.request, env, context));
}

/** Where scrapers ask is no path of the API, and its tokens are good for it all the same. */
function underApi(deployment: Deployment): Deployment {
  const url = `${apiUrl(deployment.origin)}/metrics`;
  return { ...deployment, request: new Request(url, deployment.request) };
}

/** Origin and CORS as at the MCP endpoints: a bearer token comes by itself with no page. */
async function serve(
  c: AppContext,
  answer: (deployment: Deployment) => Promise<Response>,
): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const { request } = deployment;
  checkOrigin(deployment, request.headers.get('origin'));
  const response = request.method === 'OPTIONS' ? preflight(deployment, request) : await answer(deployment);
  const copy = new Response(response.body, response);
  for (const [name, value] of Object.entries(crossOriginHeaders(deployment, request)))
    copy.headers.set(name, value);
  if (request.method === 'OPTIONS') copy.headers.set('access-control-allow-methods', METHODS);
  return copy;
}
