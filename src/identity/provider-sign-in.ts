import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { GatehouseError } from '../errors.ts';
import { personOf } from './claims.ts';
import type { Person } from './person.ts';
import { clientOf, rememberKeys } from './provider-client.ts';
import { providerError } from './provider-error.ts';
import type { IdentityProvider } from './settings.ts';

/** Where providers send people back to. Each provider must have `<origin>/sign-in/callback` registered. */
export const CALLBACK_PATH = '/sign-in/callback';

/** What a sign-in that comes back is checked against. Nobody but the browser that began it may have it. */
export interface SignInChecks {
  /** The id of the provider. */
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  /** The PKCE verifier (RFC 7636). */
  readonly verifier: string;
}

/** A sign-in that a provider has confirmed. */
export interface ConfirmedSignIn {
  readonly person: Person;
  /** The id of the provider. */
  readonly provider: string;
  /** With which the provider can be asked about the person again, where it gives one. */
  readonly refreshToken?: string;
}

/** Where a person begins to sign in, and what their return is checked against. */
export interface SignInStart {
  readonly location: URL;
  readonly checks: SignInChecks;
}

/**
 * Begins a sign-in at a provider (OpenID Connect Core 1.0 section 3.1, with PKCE by S256).
 * @throws GatehouseError `provider_failed` or `sign_in_refused`.
 */
export async function beginSignIn(origin: string, provider: IdentityProvider): Promise<SignInStart> {
  const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
  try {
    const location = buildAuthorizationUrl(await clientOf(provider), {
      ...provider.parameters,
      redirect_uri: `${origin}${CALLBACK_PATH}`,
      scope: [...new Set(['openid', ...provider.scopes])].join(' '),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { location, checks: { provider: provider.id, state, nonce, verifier } };
  } catch (error) {
    throw providerError(provider, error);
  }
}

/**
 * Ends a sign-in: checks the callback (state; `iss` by RFC 9207), redeems its code, and checks the ID token (section
 * 3.1.3.7: signature, `iss`, `aud`, `exp`, `nonce`).
 * @param callback the URL the provider sent the browser to.
 * @throws GatehouseError `provider_failed` or `sign_in_refused`.
 */
export async function finishSignIn(
  providers: readonly IdentityProvider[],
  checks: SignInChecks,
  callback: URL,
): Promise<ConfirmedSignIn> {
  const provider = providers.find(({ id }) => id === checks.provider);
  if (!provider)
    throw new GatehouseError('sign_in_refused', 'This identity provider is no longer in use here.');
  try {
    const client = await clientOf(provider);
    const tokens = await authorizationCodeGrant(client, callback, {
      expectedState: checks.state,
      expectedNonce: checks.nonce,
      pkceCodeVerifier: checks.verifier,
      idTokenExpected: true,
    });
    rememberKeys(provider, client);
    const claims = tokens.claims();
    if (!claims) throw new GatehouseError('sign_in_refused', `${provider.name} sent no ID token.`);
    const person = personOf(provider, claims);
    const { refresh_token: refreshToken } = tokens;
    return { person, provider: provider.id, ...(refreshToken !== undefined && { refreshToken }) };
  } catch (error) {
    throw providerError(provider, error);
  }
}

/**
 * Where a person who signed out here signs out of their provider too (OpenID Connect RP-Initiated Logout 1.0); null
 * where the provider does not have that.
 * @throws GatehouseError `provider_failed`.
 */
export async function providerSignOut(provider: IdentityProvider, returnTo: string): Promise<URL | null> {
  try {
    const client = await clientOf(provider);
    if (client.serverMetadata().end_session_endpoint === undefined) return null;
    return buildEndSessionUrl(client, { post_logout_redirect_uri: returnTo });
  } catch (error) {
    throw providerError(provider, error);
  }
}
