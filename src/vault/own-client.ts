import { privateHostOf } from '../network/public-host.ts';

/** Where third parties send people back to. Each must have `<origin>/connect/callback` registered. */
export const CALLBACK_PATH = '/connect/callback';

/** Where the gateway says who it is as a client. */
export const CLIENT_METADATA_PATH = '/connect/client-metadata.json';

/** What the gateway is as a client of authorization servers that it has no arrangement with (RFC 7591 section 2). */
export interface OwnClient {
  readonly client_name: string;
  readonly client_uri: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  /** OpenID Connect Registration 1.0: what runs on its user's machine is `native`, and may be reached by http there. */
  readonly application_type: 'web' | 'native';
}

/** The gateway at an origin, as a client. */
export function ownClient(origin: string): OwnClient {
  return {
    client_name: 'Gatehouse',
    client_uri: origin,
    redirect_uris: [`${origin}${CALLBACK_PATH}`],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: origin.startsWith('https:') ? 'web' : 'native',
  };
}

/**
 * The gateway's Client ID Metadata Document (draft-ietf-oauth-client-id-metadata-document): its address is the client's id.
 */
export function clientMetadataDocument(origin: string) {
  return {
    client_id: clientMetadataUrl(origin),
    ...ownClient(origin),
    token_endpoint_auth_method: 'none',
  };
}

/** The address of {@link clientMetadataDocument}. */
export function clientMetadataUrl(origin: string): string {
  return `${origin}${CLIENT_METADATA_PATH}`;
}

/** Whether others can read the document: it needs a public https address. */
export function isClientMetadataPublic(origin: string): boolean {
  const url = new URL(origin);
  return url.protocol === 'https:' && privateHostOf(url) === null;
}
