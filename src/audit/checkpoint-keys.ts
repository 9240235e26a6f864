import { type CryptoKey, exportJWK, importJWK, type JSONWebKeySet, type JWK } from 'jose';
import { concat } from '../crypto/bytes.ts';
import type { KeyRing } from '../crypto/key-ring.ts';

/** What comes before the 32 bytes of a private key of Ed25519 in PKCS #8 (RFC 8410 section 7). */
const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** The private key that signs checkpoints under one master key: a key of Ed25519 is any 32 bytes (RFC 8032 section 5.1.5). */
export function signingKey(keyRing: KeyRing, kid: string): Promise<CryptoKey> {
  const bytes = concat(PKCS8_HEAD, keyRing.derive(kid, 'audit-checkpoint'));
  return crypto.subtle.importKey('pkcs8', bytes, { name: 'Ed25519' }, true, ['sign']);
}

/** The public keys of checkpoints (RFC 7517): one per master key in the ring, under the same id. */
export async function checkpointKeys(keyRing: KeyRing): Promise<JSONWebKeySet> {
  return { keys: await Promise.all([...keyRing.kids].map(kid => publicJwk(keyRing, kid))) };
}

async function publicJwk(keyRing: KeyRing, kid: string): Promise<JWK> {
  const { kty, crv, x } = await exportJWK(await signingKey(keyRing, kid));
  return { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } as JWK;
}

/** Finds the public key of a checkpoint; null where the set has none of this id. */
export async function findCheckpointKey(
  { keys }: JSONWebKeySet,
  kid: string | undefined,
): Promise<CryptoKey | null> {
  const jwk = keys.find(key => key.kid === kid);
  return jwk ? ((await importJWK(jwk, 'EdDSA')) as CryptoKey) : null;
}
