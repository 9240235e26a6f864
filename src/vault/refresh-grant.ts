import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  None,
  ResponseBodyError,
  refreshTokenGrant,
  type ServerMetadata,
  type TokenEndpointResponse,
} from 'openid-client';
import { reportFault } from '../errors.ts';
import { codeOf } from '../identity/provider-error.ts';
import { operatorFetch } from '../network/outbound-fetch.ts';
import type { ConnectionOAuth } from './connection.ts';
import type { Credential } from './credential.ts';
import { type KeptRotation, readableAnswer } from './token-answer.ts';

const METADATA_TTL_MS = 3600 * 1000;
const TIMEOUT_SECONDS = 10;

/** A credential that may have a refresh token. */
export type OAuthCredential = Extract<Credential, { kind: 'oauth2' }>;

/** What a third party's token endpoint made of a refresh token. */
export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly credential: OAuthCredential }
  /** The refresh token is worth nothing any more. */
  | { readonly kind: 'ended' }
  /** There was no proper answer. */
  | {
      readonly kind: 'unanswered';
      /** One that was in the answer all the same has taken the place of the old one. */
      readonly refreshToken: string | null;
      /** Whether the old one surely was not used up; where not, it may have been. */
      readonly isTokenUnused: boolean;
    };

/** Takes a refresh token to a third party (RFC 6749 section 6). It never fails. */
export type RefreshGrant = (oauth: ConnectionOAuth, credential: OAuthCredential) => Promise<RefreshOutcome>;

/** Error codes that say that a refresh token is over: of RFC 6749 section 5.2, and GitHub's. */
const ENDED = new Set(['invalid_grant', 'bad_refresh_token']);

/** {@link RefreshGrant} over the network. */
export const refreshAtThirdParty: RefreshGrant = async (oauth, credential) => {
  const rotation: KeptRotation = { refreshToken: null };
  try {
    const client = await clientOf(oauth, rotation);
    const answer = await refreshTokenGrant(client, credential.refreshToken ?? '');
    return { kind: 'refreshed', credential: refreshed(credential, answer) };
  } catch (error) {
    if (error instanceof ResponseBodyError && ENDED.has(error.error)) return { kind: 'ended' };
    reportFault('credential_not_refreshed', error, { code: codeOf(error) });
    // An error of the standard's kind says that nothing was given out.
    const isTokenUnused = error instanceof ResponseBodyError;
    return { kind: 'unanswered', refreshToken: rotation.refreshToken, isTokenUnused };
  }
};

/** What the answer does not say stays as it was (RFC 6749 section 6). */
function refreshed(credential: OAuthCredential, answer: TokenEndpointResponse): OAuthCredential {
  const { access_token, refresh_token, expires_in, scope } = answer;
  return {
    kind: 'oauth2',
    accessToken: access_token,
    refreshToken: refresh_token ?? credential.refreshToken,
    expiresAtMs: expires_in === undefined ? null : Date.now() + expires_in * 1000,
    scopes: scope?.split(' ') ?? credential.scopes,
  };
}

async function clientOf(oauth: ConnectionOAuth, rotation: KeptRotation): Promise<Configuration> {
  const client = new Configuration(await metadataOf(oauth), oauth.clientId, {}, authOf(oauth));
  client.timeout = TIMEOUT_SECONDS;
  client[customFetch] = async (url, options) => readableAnswer(await post(url, options), rotation);
  if (isHttp(client.serverMetadata().token_endpoint)) allowInsecureRequests(client);
  return client;
}

/** A refresh token goes nowhere but to the address that was set up. */
const post: CustomFetch = (url, options) => {
  return operatorFetch(url, { ...options, redirect: 'manual' } as RequestInit);
};

const known = new Map<string, { readonly metadata: ServerMetadata; readonly untilMs: number }>();

async function metadataOf({ issuer, tokenUrl, clientId }: ConnectionOAuth): Promise<ServerMetadata> {
  // The library wants an issuer, which it compares with nothing here.
  if (tokenUrl !== null) return { issuer: issuer ?? new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  if (issuer === null) throw new TypeError('the connection has neither an issuer nor a token address');
  const remembered = known.get(issuer);
  if (remembered && Date.now() < remembered.untilMs) return remembered.metadata;
  const execute = isHttp(issuer) ? [allowInsecureRequests] : [];
  const options = { timeout: TIMEOUT_SECONDS, [customFetch]: post, execute };
  const metadata = (await discovery(new URL(issuer), clientId, undefined, None(), options)).serverMetadata();
  known.set(issuer, { metadata, untilMs: Date.now() + METADATA_TTL_MS });
  return metadata;
}

/**
 * How we prove to be the client. Where nothing says which way is read, the body is used: some of the largest third parties
 * (GitHub) document no other.
 */
function authOf({ clientSecret }: ConnectionOAuth): ClientAuth {
  if (clientSecret === null) return None();
  return (server, ...more) => {
    const methods = server.token_endpoint_auth_methods_supported;
    const isDiscovered = server.authorization_endpoint !== undefined || methods !== undefined;
    const isBasic = methods?.includes('client_secret_basic') ?? isDiscovered;
    const auth = isBasic ? ClientSecretBasic : ClientSecretPost;
    auth(clientSecret)(server, ...more);
  };
}

/** Settings admit http only on loopback, in development. */
function isHttp(address: string | undefined): boolean {
  return address !== undefined && new URL(address).protocol === 'http:';
}
