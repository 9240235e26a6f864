import { toBase64url, utf8 } from '../crypto/bytes.ts';
import { constantTimeEqual } from '../crypto/digest.ts';
import { type KeyRing, macText } from '../crypto/key-ring.ts';

/** A user as tokens name them. */
export interface UserName {
  readonly tenant: string;
  readonly subject: string;
}

/**
 * The user id that codes and tokens begin with: `<kid>.<tenant>.<subject>.<MAC>`, the middle two in base64url. The MAC
 * lets a token that was made up be refused without waking anybody's account.
 */
export function userIdOf(keyRing: KeyRing, { tenant, subject }: UserName): string {
  const kid = keyRing.current;
  const fields = [kid, toBase64url(utf8(tenant)), toBase64url(utf8(subject))];
  return [...fields, macOf(keyRing, kid, fields)].join('.');
}

/** The user whom a code or token names; null for one that we never made. */
export function userOfToken(keyRing: KeyRing, token: string): UserName | null {
  const [userId = '', grantId, secret, ...more] = token.split(':');
  if (grantId === undefined || secret === undefined || more.length > 0) return null;
  return userOf(keyRing, userId);
}

/** The user whom a user id names; null for one that we never made. */
export function userOf(keyRing: KeyRing, userId: string): UserName | null {
  const [kid = '', tenant = '', subject = '', mac = '', ...more] = userId.split('.');
  if (more.length > 0 || !keyRing.kids.has(kid)) return null;
  const expected = macOf(keyRing, kid, [kid, tenant, subject]);
  if (!constantTimeEqual(utf8(mac), utf8(expected))) return null;
  const text = (part: string) => Buffer.from(part, 'base64url').toString('utf8');
  return { tenant: text(tenant), subject: text(subject) };
}

function macOf(keyRing: KeyRing, kid: string, fields: readonly string[]): string {
  return macText(keyRing.derive(kid, 'user-id'), ...fields);
}
