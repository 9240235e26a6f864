import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import { type KeySource, KeysUnavailable, keysOf } from './key-source.ts';
import type { TokenFault } from './token-fault.ts';

const MAX_TOKEN_CHARACTERS = 16 * 1024;

/** A JWT as it was sent (RFC 7519). Nothing in it is true before {@link signatureFault} found nothing. */
export interface SignedToken {
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: JWTPayload;
}

/** Whether a text has the shape of a JWT in compact form: three parts in base64url. */
export function isJwtShaped(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/** Reads a JWT without believing it; null for what is none. */
export function readSignedToken(text: string): SignedToken | null {
  if (text.length > MAX_TOKEN_CHARACTERS || !isJwtShaped(text)) return null;
  try {
    return { text, header: { ...decodeProtectedHeader(text) }, claims: decodeJwt(text) };
  } catch {
    return null;
  }
}

/**
 * Checks the `typ` of a header, which keeps tokens of one kind from being used as another (RFC 8725 section 3.11).
 * @param types what is right, without `application/`; null stands for no `typ` at all.
 */
export function typeFault({ header }: SignedToken, types: readonly (string | null)[]): TokenFault | null {
  const { typ } = header;
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : null;
  const isRight = types.includes(type) && (type !== null || typ === undefined);
  return isRight ? null : { kind: 'type', expected: types.find(each => each !== null) ?? 'none' };
}

/** Checks a token's signature (RFC 7515) by the keys of whoever should have made it, and by no algorithm but the allowed. */
export async function signatureFault(
  { text, header }: SignedToken,
  source: KeySource,
  allowed: readonly string[],
): Promise<TokenFault | null> {
  if (!allowed.includes(String(header.alg))) return { kind: 'algorithm', allowed };
  // Extensions that change what is signed; none is understood here (RFC 7515 section 4.1.11, RFC 7797).
  if ('crit' in header || 'b64' in header) return { kind: 'malformed' };
  try {
    await compactVerify(text, keysOf(source), { algorithms: [...allowed] });
    return null;
  } catch (error) {
    return faultOf(error);
  }
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof KeysUnavailable) return { kind: 'keys_unavailable' };
  if (error instanceof errors.JWSSignatureVerificationFailed) return { kind: 'signature' };
  if (error instanceof errors.JWSInvalid) return { kind: 'malformed' };
  return { kind: 'key' };
}
