import { Hono } from 'hono';
import { type Deployment, deploymentOf, endpointUrl } from '../auth/deployment.ts';
import { guard } from '../auth/protected-resource.ts';
import { serversAt } from '../catalog/catalog.ts';
import type { Env } from '../env.ts';
import { toHttpStatus } from '../errors.ts';
import { errorBody } from '../protocol/message.ts';
import { checkOrigin, crossOriginHeaders, preflight } from './browser-access.ts';
import { exchange } from './exchange.ts';

const METADATA = '/.well-known/oauth-protected-resource';

/** The MCP endpoints, `/mcp` for all servers and `/mcp/<server>` for one, and their metadata (RFC 9728). */
export const mcpRoutes = new Hono<{ Bindings: Env }>()
  .all('/mcp', c => serve(c.env, c.req.raw, c.executionCtx as ExecutionContext, null))
  .all('/mcp/:server', c =>
    serve(c.env, c.req.raw, c.executionCtx as ExecutionContext, c.req.param('server')),
  )
  .all(`${METADATA}/mcp`, c => serve(c.env, c.req.raw, c.executionCtx as ExecutionContext, null))
  .all(`${METADATA}/mcp/:server`, c =>
    serve(c.env, c.req.raw, c.executionCtx as ExecutionContext, c.req.param('server')),
  )
  .all(METADATA, c => {
    // Clients that know only the origin ask here; the endpoint of all servers is what they are after.
    const request = new Request(`${new URL(c.req.url).origin}${METADATA}/mcp`, c.req.raw);
    return serve(c.env, request, c.executionCtx as ExecutionContext, null);
  });

async function serve(
  env: Env,
  request: Request,
  ctx: ExecutionContext,
  server: string | null,
): Promise<Response> {
  let deployment: Deployment | undefined;
  try {
    deployment = deploymentOf(env, request);
    checkOrigin(deployment, request.headers.get('origin'));
    serversAt(deployment.catalog, server);
    if (request.method === 'OPTIONS') return preflight(deployment, request);
    const response = await answer(env, ctx, deployment, server);
    return withHeaders(response, crossOriginHeaders(deployment, request));
  } catch (error) {
    const headers = deployment ? crossOriginHeaders(deployment, request) : {};
    return Response.json(errorBody(null, error), { status: toHttpStatus(error), headers });
  }
}

function answer(
  env: Env,
  ctx: ExecutionContext,
  deployment: Deployment,
  server: string | null,
): Promise<Response> {
  const { settings, origin } = deployment;
  const guarded = guard(deployment, endpointUrl(origin, server), async (inner, principal) => {
    try {
      return await exchange({ env, settings, origin, server, principal }, inner);
    } catch (error) {
      return Response.json(errorBody(null, error), { status: toHttpStatus(error) });
    }
  });
  return guarded(deployment.request, env, ctx);
}

function withHeaders(response: Response, headers: Record<string, string>): Response {
  const entries = Object.entries(headers);
  if (entries.length === 0) return response;
  // What a Durable Object answers has immutable headers.
  const copy = new Response(response.body, response);
  for (const [name, value] of entries) copy.headers.set(name, value);
  return copy;
}
