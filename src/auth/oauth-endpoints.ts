import type { OAuthAuthorizationServer, OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import { type Deployment, deploymentOf } from '../deployment.ts';
import type { Env } from '../env.ts';
import { authorizationServer, PATHS } from '../grants/authorization-server.ts';
import { withGrantStores } from '../grants/grant-store.ts';
import { withClientGate } from './consent/client-gate.ts';
import { withProofGrants } from './token/proof-metadata.ts';
import { serveToken } from './token/token-endpoint.ts';

/** The authorization helpers of a deployment, over the accounts of its users. */
export function helpersFor(deployment: Deployment, env: Env): OAuthHelpers {
  return withClientGate(serverFor(deployment).getOAuthApi(withGrantStores(env)), env);
}

/** Whatever else under `/oauth` is the library's own. */
export async function oauthEndpoint(env: Env, request: Request, ctx: ExecutionContext): Promise<Response> {
  const deployment = await deploymentOf(env, request);
  return serverFor(deployment).fetch(deployment.request, withGrantStores(env), ctx);
}

/** The token endpoint. */
export async function tokenEndpoint(env: Env, request: Request, ctx: ExecutionContext): Promise<Response> {
  if (request.method !== 'POST') return oauthEndpoint(env, request, ctx);
  // The request at its outside address has taken the body with it.
  const deployment = await deploymentOf(env, request);
  return serveToken(env, deployment, await deployment.request.text(), ctx);
}

/** Token revocation (RFC 7009). The library serves it at the token endpoint; clients find it under its own path. */
export async function revocationEndpoint(
  env: Env,
  request: Request,
  ctx: ExecutionContext,
): Promise<Response> {
  const deployment = await deploymentOf(env, request);
  if (request.method !== 'POST') {
    return oauthEndpoint(env, new Request(`${deployment.origin}${PATHS.token}`, deployment.request), ctx);
  }
  const body = await deployment.request.text();
  if (isRevocation(new URLSearchParams(body))) return serveToken(env, deployment, body, ctx);
  const description = 'Revocation takes the parameter "token" and no "grant_type" (RFC 7009 section 2.1).';
  return Response.json({ error: 'invalid_request', error_description: description }, { status: 400 });
}

/** Authorization server metadata (RFC 8414), with what we serve beside the library. */
export async function metadataEndpoint(env: Env, request: Request, ctx: ExecutionContext): Promise<Response> {
  const deployment = await deploymentOf(env, request);
  const response = await serverFor(deployment).fetch(deployment.request, env, ctx);
  if (!response.ok || request.method !== 'GET') return response;
  const document = withProofGrants(env, (await response.json()) as object);
  const revocation_endpoint = `${deployment.origin}${PATHS.revoke}`;
  return Response.json({ ...document, revocation_endpoint }, { headers: response.headers });
}

function serverFor({ site, settings }: Deployment): OAuthAuthorizationServer<Env> {
  return authorizationServer(site, settings);
}

function isRevocation(form: URLSearchParams): boolean {
  return form.has('token') && !form.has('grant_type');
}
