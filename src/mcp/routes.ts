import { type Context, Hono } from 'hono';
import { guard } from '../auth/resource/protected-resource.ts';
import { serversAt } from '../catalog/catalog.ts';
import { type Deployment, deploymentOf } from '../deployment.ts';
import type { Observed } from '../edge/observed.ts';
import type { RequestTrace } from '../edge/request-trace.ts';
import type { Env } from '../env.ts';
import { challengeHeaders } from '../grants/challenge.ts';
import { endpointUrl, resourcesOf } from '../grants/resources.ts';
import { MCP_SCOPE, requireScopes } from '../grants/scopes.ts';
import { checkOrigin, crossOriginHeaders, preflight } from './browser-access.ts';
import { errorResponse } from './error-response.ts';
import { exchange } from './exchange.ts';

const METADATA = '/.well-known/oauth-protected-resource';

/** The MCP endpoints, `/mcp` for all servers and `/mcp/<server>` for one, and their metadata (RFC 9728). */
export const mcpRoutes = new Hono<Observed>()
  .all('/mcp', c => serve(c, c.req.raw, null))
  .all('/mcp/:server', c => serve(c, c.req.raw, c.req.param('server')))
  // Clients that know only the origin ask here; the endpoint of all servers is what they are after.
  .all(METADATA, c => serve(c, new Request(`${c.req.url}/mcp`, c.req.raw), null))
  .all(`${METADATA}/mcp`, c => serve(c, c.req.raw, null))
  .all(`${METADATA}/mcp/:server`, c => serve(c, c.req.raw, c.req.param('server')));

async function serve(c: Context<Observed>, request: Request, server: string | null): Promise<Response> {
  let deployment: Deployment | undefined;
  try {
    deployment = await deploymentOf(c.env, request);
    checkOrigin(deployment, request.headers.get('origin'));
    requireEndpoint(deployment, server);
    if (request.method === 'OPTIONS') return preflight(deployment, request);
    const way = { env: c.env, ctx: c.executionCtx as ExecutionContext, trace: c.var.trace };
    const response = await answer(way, deployment, server);
    return withHeaders(response, crossOriginHeaders(deployment, request));
  } catch (error) {
    return withHeaders(errorResponse(null, error), deployment ? crossOriginHeaders(deployment, request) : {});
  }
}

/** Whether it is there for whoever asks is known when they have said who they are. */
function requireEndpoint({ origin, site, hosted }: Deployment, server: string | null): void {
  if (!resourcesOf(site).includes(endpointUrl(origin, server)))
    serversAt({ servers: hosted, virtual: [] }, server);
}

/** What a request brings beside itself. */
interface Way {
  readonly env: Env;
  readonly ctx: ExecutionContext;
  readonly trace: RequestTrace;
}

function answer({ env, ctx, trace }: Way, deployment: Deployment, server: string | null): Promise<Response> {
  const { settings, origin, request } = deployment;
  const hold = (until: Promise<unknown>) => ctx.waitUntil(until);
  const guarded = guard(deployment, endpointUrl(origin, server), async (inner, principal, endsAtMs) => {
    try {
      requireScopes(principal.scopes, [MCP_SCOPE]);
      return await exchange({ env, settings, server, principal, endsAtMs, trace, hold }, inner);
    } catch (error) {
      return errorResponse(null, error, challengeHeaders(error, principal.resource));
    }
  });
  return guarded(request, env, ctx);
}

function withHeaders(response: Response, headers: Record<string, string>): Response {
  const entries = Object.entries(headers);
  if (entries.length === 0) return response;
  // What a Durable Object answers has immutable headers.
  const copy = new Response(response.body, response);
  for (const [name, value] of entries) copy.headers.set(name, value);
  return copy;
}
