import { lengthPrefixed, toBase64url, utf8 } from '../crypto/bytes.ts';
import { constantTimeEqual } from '../crypto/digest.ts';
import { hmac, type KeyRing } from '../crypto/key-ring.ts';

/** A token that only the gateway can make, for what its fields say: a form and to whom it was shown. */
export function formToken(keyRing: KeyRing, kid: string, ...fields: readonly string[]): string {
  return toBase64url(hmac(keyRing.derive(kid, 'form-token'), lengthPrefixed(...fields)));
}

/** Whether a token was made for these fields, under any key of the ring. */
export function isFormTokenValid(keyRing: KeyRing, token: string, ...fields: readonly string[]): boolean {
  return [...keyRing.kids].some(kid =>
    constantTimeEqual(utf8(formToken(keyRing, kid, ...fields)), utf8(token)),
  );
}
