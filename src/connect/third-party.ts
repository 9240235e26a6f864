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
import type { Connection, ConnectionOAuth } from '../vault/connection.ts';
import type { Credential } from '../vault/credential.ts';
import { oauthClientOf } from '../vault/oauth-client.ts';
import { credentialIn, readableAnswer } from '../vault/token-answer.ts';
import { thirdPartyError } from './third-party-error.ts';

/** Where third parties send people back to. Each must have `<origin>/connect/callback` registered. */
export const CALLBACK_PATH = '/connect/callback';

/** A connection whose third party has an authorization server. */
export interface OAuthConnection extends Connection {
  readonly oauth: ConnectionOAuth;
}

/** What a callback is checked against. */
export interface ConnectChecks {
  readonly state: string;
  readonly verifier: string;
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
 * @throws GatehouseError `provider_failed`, `connect_refused`.
 */
export async function beginConnect(origin: string, connection: OAuthConnection): Promise<ConnectStart> {
  const { oauth } = connection;
  const [state, verifier] = [randomState(), randomPKCECodeVerifier()];
  try {
    const location = buildAuthorizationUrl(await oauthClientOf(oauth), {
      ...oauth.parameters,
      redirect_uri: `${origin}${CALLBACK_PATH}`,
      ...(oauth.scopes.length > 0 && { scope: oauth.scopes.join(' ') }),
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { location, checks: { state, verifier } };
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
  { state, verifier }: ConnectChecks,
  callback: URL,
): Promise<Credential> {
  const answer = comparable(connection.oauth, callback);
  try {
    const client = await readingClientOf(connection.oauth);
    const tokens = await authorizationCodeGrant(client, answer, {
      expectedState: state,
      pkceCodeVerifier: verifier,
    });
    return credentialIn(tokens, { refreshToken: null, scopes: connection.oauth.scopes });
  } catch (error) {
    throw thirdPartyError(connection, error);
  }
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
