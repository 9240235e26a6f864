import * as z from 'zod';
import type { RemoteAuthorization } from '../../catalog/server-version.ts';
import { clientMetadataUrl, isClientMetadataPublic, ownClient } from '../../vault/own-client.ts';
import { invalid } from '../refusal.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { type Answer, type MetadataReader, shown } from './metadata-reader.ts';

/** What the gateway is at an authorization server. */
export type RegisteredClient = Pick<
  RemoteAuthorization,
  'clientId' | 'clientSecret' | 'tokenAuthMethods' | 'registeredUntilMs'
>;

/** The ways in which we prove to be a client, the best first. */
const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const;

/** RFC 7591 section 3.2.1. */
const registeredSchema = z.object({
  client_id: z.string().min(1).max(2048),
  client_secret: z.string().min(1).max(4096).optional(),
  /** Unix time in seconds; 0 for never. */
  client_secret_expires_at: z.number().default(0),
  token_endpoint_auth_method: z.string().optional(),
});

/** RFC 7591 section 3.2.2. */
const refusedSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/** Where a client is to be registered, and as what. */
export interface RegistrationParts {
  readonly server: AuthorizationServer;
  /** The gateway's own. */
  readonly origin: string;
  readonly reader: MetadataReader;
}

/**
 * Makes the gateway a client of an authorization server that it has no arrangement with (MCP, "Client Registration Approaches"): by
 * its Client ID Metadata Document, else by dynamic registration.
 * @throws GatehouseError `server_invalid` where neither is possible.
 */
export async function registeredClient(parts: RegistrationParts): Promise<RegisteredClient> {
  const { server, origin } = parts;
  if (server.client_id_metadata_document_supported && isClientMetadataPublic(origin)) {
    return {
      clientId: clientMetadataUrl(origin),
      clientSecret: null,
      tokenAuthMethods: ['none'],
      registeredUntilMs: null,
    };
  }
  if (server.registration_endpoint !== undefined) return register(parts, server.registration_endpoint);
  throw invalid(
    `auth: the authorization server "${shown(server.issuer)}" ${noneWords(server)}. ${byHandWords(origin)}`,
  );
}

function noneWords({ client_id_metadata_document_supported: takesDocuments }: AuthorizationServer): string {
  return takesDocuments
    ? 'reads client metadata documents only at public https addresses, which this gateway has none, and takes no registrations'
    : 'takes no registrations';
}

function byHandWords(origin: string): string {
  const [redirectUri] = ownClient(origin).redirect_uris;
  return `Register the gateway there by hand, with the redirect URI ${redirectUri}, and give its id as auth.clientId.`;
}

/** Dynamic client registration (RFC 7591 section 3.1). It names no scopes: members are asked for more when tools need it. */
async function register(
  { server, origin, reader }: RegistrationParts,
  endpoint: string,
): Promise<RegisteredClient> {
  const offered = server.token_endpoint_auth_methods_supported;
  const method = AUTH_METHODS.find(each => offered.includes(each)) ?? 'none';
  const asked = {
    ...ownClient(origin),
    token_endpoint_auth_method: method,
  };
  const what = 'Its registration endpoint';
  const answer = await reader.read(reader.address(endpoint, what), what, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(asked),
  });
  return clientIn(answer, method, origin);
}

function clientIn(answer: Answer, method: string, origin: string): RegisteredClient {
  const { data } = registeredSchema.safeParse(answer.json);
  if (answer.status >= 300 || !data) {
    throw invalid(`auth: the authorization server ${refusalWords(answer)}. ${byHandWords(origin)}`);
  }
  const { client_id: clientId, client_secret: secret, client_secret_expires_at: endsAt } = data;
  return {
    clientId,
    clientSecret: secret ?? null,
    tokenAuthMethods: [data.token_endpoint_auth_method ?? (secret === undefined ? 'none' : method)],
    registeredUntilMs: secret !== undefined && endsAt > 0 ? endsAt * 1000 : null,
  };
}

function refusalWords({ status, json }: Answer): string {
  const { data } = refusedSchema.safeParse(json);
  if (!data) return `did not register the gateway (HTTP ${status})`;
  const why = [data.error, data.error_description].filter(Boolean).join(': ');
  return `did not register the gateway. It says: ${shown(why)}`;
}
