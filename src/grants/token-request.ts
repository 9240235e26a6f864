import { lengthPrefixed, toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';

/** What a request to the token endpoint gives away to get new tokens: a refresh token. */
export interface Redemption {
  /** The id of the user whose refresh token it is, as the token names them. */
  readonly userId: string;
  /** The grant that the refresh token belongs to. */
  readonly grantId: string;
  /** SHA-256 of the refresh token, base64url. */
  readonly secretHash: string;
  /** SHA-256 of all that the client sent, base64url: the same for an honest retry and for nothing else. */
  readonly requestHash: string;
}

/** The member of a token request that carries a code or token. */
const SECRET_MEMBERS: Readonly<Record<string, string>> = {
  authorization_code: 'code',
  refresh_token: 'refresh_token',
};

/** The code or token that a request to the token or revocation endpoint is about; null where there is none. */
export function secretOf(form: URLSearchParams): string | null {
  const member = SECRET_MEMBERS[form.get('grant_type') ?? ''] ?? 'token';
  return form.get(member);
}

/** The key of the grant whose code a request redeems; null for any other request. */
export function redeemedGrant(form: URLSearchParams): string | null {
  if (form.get('grant_type') !== 'authorization_code') return null;
  const [userId, grantId] = (secretOf(form) ?? '').split(':');
  return grantId === undefined ? null : `grant:${userId}:${grantId}`;
}

/** What a request redeems; null for one that gives no refresh token away: codes are the library's to spend. */
export function redemptionOf(form: URLSearchParams, authorization: string | null): Redemption | null {
  if (form.get('grant_type') !== 'refresh_token') return null;
  const secret = secretOf(form) ?? '';
  const [userId = '', grantId] = secret.split(':');
  if (grantId === undefined) return null;
  const parameters = [...form].toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
  return {
    userId,
    grantId,
    secretHash: toBase64url(sha256(utf8(secret))),
    requestHash: toBase64url(sha256(lengthPrefixed(authorization ?? '', ...parameters))),
  };
}
