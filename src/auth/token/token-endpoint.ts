import type { Deployment } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import { authorizationServer, PATHS } from '../../grants/authorization-server.ts';
import type { ProvenClient } from '../../grants/clients/client-overlay.ts';
import { CREDENTIAL_PARAMETERS, credentialsOf } from '../../grants/clients/credentials.ts';
import { type KnownClient, knownClients } from '../../grants/clients/known-clients.ts';
import { accountOf, withGrantStores } from '../../grants/grant-store.ts';
import { secretOf } from '../../grants/token-request.ts';
import { userOfToken } from '../../grants/user-id.ts';
import { clientRefusal } from './client-authentication.ts';
import { proofGrantTypes, serveProofGrant } from './proof-grants.ts';
import { tokenError } from './token-error.ts';

/** Something that was posted to the token endpoint, or to the revocation endpoint. */
interface Posted {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly headers: Headers;
  readonly body: string;
  readonly ctx: ExecutionContext;
}

/**
 * Serves a posted token or revocation request. Clients of `OAUTH_CLIENTS` prove themselves here, since the library has not
 * all of their ways; all other clients prove themselves to the library.
 */
export async function serveToken(
  env: Env,
  deployment: Deployment,
  body: string,
  ctx: ExecutionContext,
): Promise<Response> {
  const headers = new Headers(deployment.request.headers);
  headers.delete('content-length');
  // What is no form holds nothing for us, and the library says so.
  if (!isForm(headers)) return atLibrary({ env, deployment, headers, body, ctx }, null);
  const form = new URLSearchParams(body);
  // Written anew, so that the library reads what was read here: parsers differ about a leading question mark.
  const posted = { env, deployment, headers, body: form.toString(), ctx };
  const credentials = credentialsOf(headers.get('authorization'), form);
  const client = 'clientId' in credentials ? knownClients(env).get(credentials.clientId) : undefined;
  if (!client) return foreign(posted, form);
  if (isRepeated(form)) return tokenError('invalid_request', 'A parameter was sent more than once.');
  const refusal = await clientRefusal(env, deployment, client, credentials);
  if (refusal) return refusal;
  return (
    serveProofGrant({ env, deployment, client, form }) ??
    atLibrary(asPublic(posted, form, client), { id: client.id })
  );
}

/** A client that registered itself, or none. The grants that are ours are for clients that were set up. */
async function foreign(posted: Posted, form: URLSearchParams): Promise<Response> {
  const response = await atLibrary(posted, null);
  if (response.ok || !proofGrantTypes(posted.env).includes(form.get('grant_type') ?? '')) return response;
  const { error } = (await response.clone().json()) as { error?: string };
  if (error !== 'unsupported_grant_type') return response;
  return tokenError(
    'unauthorized_client',
    'This grant type is only for clients that are set up in OAUTH_CLIENTS.',
  );
}

/** Asks the library, within the account of the user whom a code or token names, one request at a time. */
function atLibrary(
  { env, deployment, headers, body, ctx }: Posted,
  proven: ProvenClient | null,
): Promise<Response> {
  const { origin, site, settings } = deployment;
  const request = new Request(`${origin}${PATHS.token}`, { method: 'POST', headers, body });
  const owner = userOfToken(settings.keyRing, secretOf(new URLSearchParams(body)) ?? '');
  if (owner) return accountOf(env, owner).serveTokenRequest(request, { owner, site, proven });
  const stores = withGrantStores(env, undefined, proven);
  return authorizationServer(site, settings).fetch(request, stores, ctx);
}

/** A request as the library is to see it: of a public client, with nothing that would prove it a second time. */
function asPublic(posted: Posted, form: URLSearchParams, { id }: KnownClient): Posted {
  const headers = new Headers(posted.headers);
  headers.delete('authorization');
  const bare = new URLSearchParams(form);
  for (const name of CREDENTIAL_PARAMETERS) bare.delete(name);
  bare.set('client_id', id);
  return { ...posted, headers, body: bare.toString() };
}

function isForm(headers: Headers): boolean {
  const [type = ''] = (headers.get('content-type') ?? '').split(';', 1);
  return type.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

/** RFC 6749 section 3.2. Several resources are refused too: a token is for one (RFC 8707 section 2.2). */
function isRepeated(form: URLSearchParams): boolean {
  return new Set(form.keys()).size !== [...form.keys()].length;
}
