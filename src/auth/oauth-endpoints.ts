import type { OAuthAuthorizationServer } from '@cloudflare/workers-oauth-provider';
import { type Deployment, deploymentOf } from '../deployment.ts';
import type { Env } from '../env.ts';
import { authorizationServer, PATHS } from './authorization-server.ts';

/** The authorization server of a deployment. */
export function serverFor({ origin, resources, settings }: Deployment): OAuthAuthorizationServer<Env> {
  return authorizationServer(origin, resources, settings);
}

/** Token and registration endpoints, which are the library's. */
export function oauthEndpoint(env: Env, request: Request, ctx: ExecutionContext): Promise<Response> {
  const deployment = deploymentOf(env, request);
  return serverFor(deployment).fetch(deployment.request, env, ctx);
}

/** Token revocation (RFC 7009). The library serves it at the token endpoint; clients find it under its own path. */
export async function revocationEndpoint(
  env: Env,
  request: Request,
  ctx: ExecutionContext,
): Promise<Response> {
  const deployment = deploymentOf(env, request);
  const { method, headers } = request;
  const body = method === 'POST' ? await request.text() : null;
  if (body !== null && !isRevocation(new URLSearchParams(body))) {
    const description = 'Revocation takes the parameter "token" and no "grant_type" (RFC 7009 section 2.1).';
    return Response.json({ error: 'invalid_request', error_description: description }, { status: 400 });
  }
  const forwarded = new Request(`${deployment.origin}${PATHS.token}`, { method, headers, body });
  return serverFor(deployment).fetch(forwarded, env, ctx);
}

/** Authorization server metadata (RFC 8414), with the revocation endpoint that we serve. */
export async function metadataEndpoint(env: Env, request: Request, ctx: ExecutionContext): Promise<Response> {
  const deployment = deploymentOf(env, request);
  const response = await serverFor(deployment).fetch(deployment.request, env, ctx);
  if (!response.ok || request.method !== 'GET') return response;
  const document = (await response.json()) as object;
  const revocation_endpoint = `${deployment.origin}${PATHS.revoke}`;
  return Response.json({ ...document, revocation_endpoint }, { headers: response.headers });
}

function isRevocation(form: URLSearchParams): boolean {
  return form.has('token') && !form.has('grant_type');
}
