import { tokenRevocation } from 'openid-client';
import { reportFault } from '../errors.ts';
import { codeOf } from '../identity/oauth-fault.ts';
import type { ConnectionOAuth } from './connection.ts';
import type { OAuthCredential } from './credential.ts';
import { oauthClientOf } from './oauth-client.ts';

/** Tells a third party that a credential is no longer used. It never fails: what is not revoked there ends by itself, or by its owner. */
export type Revocation = (oauth: ConnectionOAuth, credential: OAuthCredential) => Promise<void>;

/**
 * {@link Revocation} over the network (RFC 7009), where the third party's metadata name an endpoint. The refresh token goes first: with it
 * ends what was given with it (section 2.1). One request, bounded by the time that the library gives up after.
 */
export const revokeAtThirdParty: Revocation = async (oauth, { accessToken, refreshToken }) => {
  try {
    const client = await oauthClientOf(oauth);
    if (client.serverMetadata().revocation_endpoint === undefined) return;
    const hint = refreshToken === null ? 'access_token' : 'refresh_token';
    await tokenRevocation(client, refreshToken ?? accessToken, { token_type_hint: hint });
  } catch (error) {
    reportFault('credential_not_revoked', error, { code: codeOf(error) });
  }
};
