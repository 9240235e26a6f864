import type { DocumentOf } from '../../catalog/server-document.ts';
import type { RemoteAuthorization, ServerVersion } from '../../catalog/server-version.ts';
import { scopesIn } from '../../vault/egress/bearer-challenge.ts';
import { CALLBACK_PATH } from '../../vault/own-client.ts';
import { clientSecretOf } from '../../vault/remote-client-secrets.ts';
import type { Publisher } from '../publisher.ts';
import { invalid } from '../refusal.ts';
import { type AuthorizationServer, authorizationServer } from './authorization-server.ts';
import { MetadataReader } from './metadata-reader.ts';
import { type ProtectedResource, protectedResource } from './protected-resource.ts';
import { type RegisteredClient, registeredClient } from './registration.ts';

type OAuthDocument = Extract<DocumentOf<'remote'>['auth'], { kind: 'oauth' }>;

/** A scope by which OpenID providers give refresh tokens (OpenID Connect Core 1.0 section 11). */
const OFFLINE = 'offline_access';

/**
 * How the gateway gets tokens for a remote server, found out from the server itself. A registration that an earlier version has for the
 * same resource is kept, so that what members have connected stays good.
 * @throws GatehouseError `server_invalid`.
 */
export async function remoteAuthorization(
  document: DocumentOf<'remote'>,
  auth: OAuthDocument,
  publisher: Publisher,
): Promise<RemoteAuthorization> {
  const { settings, origin, store } = publisher;
  requireClientId(auth);
  const reader = new MetadataReader(settings.EGRESS_ALLOW_LOOPBACK === 'true');
  const protection = await protectedResource(new URL(document.url), reader);
  const earlier = registeredIn((await store.read(document.name))?.current);
  const server = await authorizationServer(issuerOf(protection, earlier), reader);
  requireSecret(publisher, auth, server);
  const scopes = auth.scopes ?? scopesFor(protection, server);
  const redirectUri = `${origin}${CALLBACK_PATH}`;
  const place = { issuer: server.issuer, resource: protection.resource, redirectUri };
  const client =
    givenClient(auth, server) ??
    keptClient(earlier, place) ??
    (await registeredClient({ server, origin, reader }));
  return {
    ...place,
    ...client,
    authorizationUrl: server.authorization_endpoint,
    tokenUrl: server.token_endpoint,
    revocationUrl: server.revocation_endpoint ?? null,
    namesIssuer: server.authorization_response_iss_parameter_supported,
    scopes,
  };
}

/** @throws GatehouseError `server_invalid`. */
export function requireClientId({ clientId, clientSecret }: OAuthDocument): void {
  if (clientSecret === undefined || clientId !== undefined) return;
  throw invalid('auth.clientSecret: it is of no use without auth.clientId. Give both, or neither.');
}

/** The same is said of a secret that does not exist, is another organisation's, or is for another authorization server. */
function requireSecret(
  { env, principal }: Publisher,
  { clientSecret: name }: OAuthDocument,
  { issuer }: AuthorizationServer,
): void {
  if (name === undefined || clientSecretOf(env, { name, tenant: principal.tenant, issuer }) !== null) return;
  throw invalid(
    `auth.clientSecret: your organisation has no secret of this name for the authorization server ${issuer}. Whoever runs this gateway sets it up in REMOTE_CLIENT_SECRETS; auth.clientSecret is its "name" there.`,
  );
}

/** What an earlier version has that was registered, and not given by its operator. */
function registeredIn(version: ServerVersion | undefined): RemoteAuthorization | null {
  const { document, authorization } = version ?? {};
  const isGiven = document?.kind === 'remote' && document.auth.kind === 'oauth' && document.auth.clientId;
  return authorization && !isGiven ? authorization : null;
}

/** The one that was used so far, where the server still names it; else its first. */
function issuerOf({ issuers }: ProtectedResource, earlier: RemoteAuthorization | null): string {
  const slashed = (issuer: string) => (URL.canParse(issuer) ? new URL(issuer).href : issuer);
  return issuers.find(issuer => earlier && slashed(issuer) === slashed(earlier.issuer)) ?? issuers[0];
}

function scopesFor(
  { scopes }: ProtectedResource,
  { scopes_supported }: AuthorizationServer,
): readonly string[] {
  return scopes.length > 0 && scopes_supported.includes(OFFLINE)
    ? scopesIn(`${OFFLINE} ${scopes.join(' ')}`)
    : scopes;
}

function givenClient(
  { clientId, clientSecret }: OAuthDocument,
  server: AuthorizationServer,
): RegisteredClient | null {
  if (clientId === undefined) return null;
  const methods = server.token_endpoint_auth_methods_supported;
  return {
    clientId,
    clientSecret: null,
    tokenAuthMethods: clientSecret === undefined ? ['none'] : methods,
    registeredUntilMs: null,
  };
}

type Place = Pick<RemoteAuthorization, 'issuer' | 'resource' | 'redirectUri'>;

function keptClient(earlier: RemoteAuthorization | null, place: Place): RegisteredClient | null {
  if (!earlier) return null;
  const isSame = (['issuer', 'resource', 'redirectUri'] as const).every(
    each => earlier[each] === place[each],
  );
  const isOver = earlier.registeredUntilMs !== null && earlier.registeredUntilMs <= Date.now();
  if (!isSame || isOver) return null;
  const { clientId, clientSecret, tokenAuthMethods, registeredUntilMs } = earlier;
  return { clientId, clientSecret, tokenAuthMethods, registeredUntilMs };
}
