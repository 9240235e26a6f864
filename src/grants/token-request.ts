import { lengthPrefixed, toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';

/** What a request to the token endpoint gives away to get tokens: a code or a refresh token. */
export interface Redemption {
  /** The grant that the code or refresh token belongs to. */
  readonly grantId: string;
  /** SHA-256 of the code or refresh token, base64url. */
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

/** What a request redeems; null for one that redeems nothing, such as a revocation. */
export function redemptionOf(form: URLSearchParams, authorization: string | null): Redemption | null {
  const member = SECRET_MEMBERS[form.get('grant_type') ?? ''];
  const secret = member === undefined ? null : form.get(member);
  const [, grantId] = secret?.split(':') ?? [];
  if (secret === null || grantId === undefined) return null;
  const parameters = [...form].toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
  return {
    grantId,
    secretHash: toBase64url(sha256(utf8(secret))),
    requestHash: toBase64url(sha256(lengthPrefixed(authorization ?? '', ...parameters))),
  };
}
