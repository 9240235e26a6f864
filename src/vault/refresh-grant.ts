import { customFetch, ResponseBodyError, refreshTokenGrant } from 'openid-client';
import { reportFault } from '../errors.ts';
import { codeOf } from '../identity/oauth-fault.ts';
import { operatorFetch } from '../network/outbound-fetch.ts';
import type { ConnectionOAuth } from './connection.ts';
import type { OAuthCredential } from './credential.ts';
import { oauthClientOf, resourceOf } from './oauth-client.ts';
import { credentialIn, type KeptRotation, readableAnswer } from './token-answer.ts';

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
    const client = await oauthClientOf(oauth);
    // A refresh token goes nowhere but to the address that was set up: the library follows no redirect.
    client[customFetch] = async (url, options) =>
      readableAnswer(await operatorFetch(url, options as RequestInit), rotation);
    const answer = await refreshTokenGrant(client, credential.refreshToken ?? '', resourceOf(oauth));
    return { kind: 'refreshed', credential: credentialIn(answer, credential) };
  } catch (error) {
    if (error instanceof ResponseBodyError && ENDED.has(error.error)) return { kind: 'ended' };
    reportFault('credential_not_refreshed', error, { code: codeOf(error) });
    // An error of the standard's kind says that nothing was given out.
    const isTokenUnused = error instanceof ResponseBodyError;
    return { kind: 'unanswered', refreshToken: rotation.refreshToken, isTokenUnused };
  }
};
