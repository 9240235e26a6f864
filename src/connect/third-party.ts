import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { GatehouseError } from '../errors.ts';
import { operatorFetch } from '../network/outbound-fetch.ts';
import { authorizationBinding } from '../vault/authorization-binding.ts';
import type { Connection, ConnectionOAuth } from '../vault/connection.ts';
import type { Credential } from '../vault/credential.ts';
import { oauthClientOf, resourceOf } from '../vault/oauth-client.ts';
import { CALLBACK_PATH } from '../vault/own-client.ts';
import { credentialIn, readableAnswer } from '../vault/token-answer.ts';
import { thirdPartyError } from './third-party-error.ts';

/** A connection whose third party has an authorization server. */
export interface OAuthConnection extends Connection {
  readonly oauth: ConnectionOAuth;
}

/** What a callback is checked against. */
export interface ConnectChecks {
  readonly state: string;
  /** The PKCE verifier (RFC 7636). */
  readonly verifier: string;
  /** What was asked for: what was given, where the third party does not say (RFC 6749 section 5.1). */
  readonly scopes: readonly string[];
  /** Of the authorization server that the browser was sent to, see {@link authorizationBinding}. */
  readonly binding: string | null;
}

/** Where a person goes to connect their account, and what their return is checked against. */
export interface ConnectStart {
  readonly location: URL;
  readonly checks: ConnectChecks;
}

/** Whether a connection is made at a third party's authorization server. */
export function isOAuth(connection: Connection): connection is OAuthConnection {
  return connection.oauth !== null;
}

/**
 * Begins an authorization at a third party (RFC 6749 section 4.1, with PKCE by S256).
 * @param more scopes to ask for beside those of the connection.
 * @throws GatehouseError `provider_failed`, `connect_refused`.
 */
export async function beginConnect(
  origin: string,
  connection: OAuthConnection,
  more: readonly string[] = [],
): Promise<ConnectStart> {
  const { oauth } = connection;
  const scopes = askedScopes(oauth, more);
  const [state, verifier] = [randomState(), randomPKCECodeVerifier()];
  try {
    const location = buildAuthorizationUrl(await oauthClientOf(oauth), {
      ...oauth.parameters,
      ...resourceOf(oauth),
      redirect_uri: `${origin}${CALLBACK_PATH}`,
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { location, checks: { state, verifier, scopes, binding: authorizationBinding(oauth) } };
  } catch (error) {
    throw thirdPartyError(connection, error);
  }
}

/**
 * Ends an authorization: checks the callback (state; `iss` by RFC 9207) and redeems its code.
 * @param callback the URL the third party sent the browser to.
 * @throws GatehouseError `provider_failed`, `connect_refused`.
 */
export async function finishConnect(
  connection: OAuthConnection,
  { state, verifier, scopes, binding }: ConnectChecks,
  callback: URL,
): Promise<Credential> {
  const { oauth } = connection;
  // A code is not sent to another authorization server than the one that gave it (RFC 9700 section 4.4).
  if (binding !== authorizationBinding(oauth)) throw new GatehouseError('connect_refused', CHANGED);
  const answer = comparable(oauth, callback);
  try {
    const client = await readingClientOf(oauth);
    const checks = { expectedState: state, pkceCodeVerifier: verifier };
    const tokens = await authorizationCodeGrant(client, answer, checks, resourceOf(oauth));
    return credentialIn(tokens, { refreshToken: null, scopes });
  } catch (error) {
    throw thirdPartyError(connection, error);
  }
}

const CHANGED =
  'This connection was changed meanwhile, and is made with another account now. Nothing was connected. Begin again.';

/** All scopes that are asked for, each once. */
export function askedScopes({ scopes }: ConnectionOAuth, more: readonly string[]): readonly string[] {
  return [...new Set([...scopes, ...more])];
}

/** A client that reads what token endpoints answer, also those that do not say it quite as the standard has it. */
async function readingClientOf(oauth: ConnectionOAuth): Promise<Configuration> {
  const client = await oauthClientOf(oauth);
  client[customFetch] = async (url, options) =>
    readableAnswer(await operatorFetch(url, options as RequestInit), { refreshToken: null });
  return client;
}

/**
 * Where the operator named no issuer, there is none that `iss` could be compared with; but one of another origin than that
 * which the browser was sent to is somebody else's (RFC 9700 section 4.4).
 * @throws GatehouseError `connect_refused`.
 */
function comparable({ issuer, authorizationUrl }: ConnectionOAuth, callback: URL): URL {
  if (issuer !== null) return callback;
  const url = new URL(callback);
  const iss = url.searchParams.get('iss');
  if (iss !== null && originOf(iss) !== originOf(authorizationUrl ?? '')) {
    throw new GatehouseError(
      'connect_refused',
      'The answer comes from another authorization server than the one that was asked. Nothing was connected. Whoever runs this gateway can name the issuer of the connection.',
    );
  }
  url.searchParams.delete('iss');
  return url;
}

function originOf(text: string): string | null {
  return URL.canParse(text) ? new URL(text).origin : null;
}
