import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { GatehouseError } from '../errors.ts';
import { concat, fromUtf8, lengthPrefixed, utf8 } from './bytes.ts';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** A key and the id under which it is found again. */
export interface SealingKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

/** Finds the key for a `kid`. Throws where there is none. */
export type FindKey = (kid: string) => Uint8Array;

/**
 * Where a sealed value lives. Every field is authenticated with the ciphertext, so that a value moved to
 * another place, user or column no longer opens.
 */
export interface SealedPlace {
  readonly store: string;
  readonly table: string;
  readonly tenant: string;
  readonly subject: string;
  readonly object: string;
  readonly row: string;
  readonly column: string;
}

/**
 * Seals bytes with AES-256-GCM under a fresh random 96-bit nonce (NIST SP 800-38D).
 * Layout: version (1 byte), length of kid (1), kid, nonce (12), ciphertext, tag (16).
 * The crypto is synchronous on purpose: a row is sealed and written in one turn, so order is never lost.
 */
export function seal(
  { kid, key }: SealingKey,
  place: SealedPlace,
  plaintext: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(additionalData(place, kid));
  const head = concat(Uint8Array.of(VERSION, utf8(kid).length), utf8(kid), nonce);
  return concat(head, cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/**
 * Opens what {@link seal} made, at the same place, with the key its `kid` names and no other.
 * @throws GatehouseError `sealed_unreadable` for every failure alike, so that it tells nothing to who tries.
 */
export function open(findKey: FindKey, place: SealedPlace, sealed: Uint8Array): Uint8Array {
  try {
    const { kid, nonce, ciphertext, tag } = parse(sealed);
    const decipher = createDecipheriv(ALGORITHM, findKey(kid), nonce);
    decipher.setAAD(additionalData(place, kid));
    decipher.setAuthTag(tag);
    return concat(decipher.update(ciphertext), decipher.final());
  } catch {
    throw new GatehouseError('sealed_unreadable', `A sealed value in ${place.table} could not be opened.`);
  }
}

/** Seals a JSON value. */
export function sealJson(key: SealingKey, place: SealedPlace, value: unknown): Uint8Array<ArrayBuffer> {
  return seal(key, place, utf8(JSON.stringify(value)));
}

/** Opens what {@link sealJson} made. Its shape is known because its place is authenticated. */
export function openJson<T>(findKey: FindKey, place: SealedPlace, sealed: Uint8Array): T {
  return JSON.parse(fromUtf8(open(findKey, place, sealed))) as T;
}

function additionalData(place: SealedPlace, kid: string): Uint8Array {
  const { store, table, tenant, subject, object, row, column } = place;
  return lengthPrefixed(store, table, tenant, subject, object, row, column, String(VERSION), kid);
}

function parse(sealed: Uint8Array) {
  const kidEnd = 2 + (sealed[1] ?? 0);
  const nonceEnd = kidEnd + NONCE_BYTES;
  const tagStart = sealed.length - TAG_BYTES;
  if (sealed[0] !== VERSION || tagStart < nonceEnd) throw new Error('malformed');
  return {
    kid: fromUtf8(sealed.subarray(2, kidEnd)),
    nonce: sealed.subarray(kidEnd, nonceEnd),
    ciphertext: sealed.subarray(nonceEnd, tagStart),
    tag: sealed.subarray(tagStart),
  };
}
