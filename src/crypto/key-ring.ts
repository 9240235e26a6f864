import { createHmac, hkdfSync } from 'node:crypto';
import * as z from 'zod';
import { GatehouseError } from '../errors.ts';
import { fromBase64url, lengthPrefixed, toBase64url, utf8 } from './bytes.ts';

/** What a derived key is for. Each purpose has a key of its own, so that no two uses share one. */
export type KeyPurpose =
  | 'session-id'
  | 'internal-bearer'
  | 'object-name'
  | 'hop-assertion'
  | 'session-key-wrap'
  | 'user-key-wrap'
  | 'tenant-data'
  | 'request-state'
  | 'sign-in'
  | 'sign-in-transaction'
  | 'installations'
  | 'form-token'
  | 'user-id'
  | 'registration-address'
  | 'vault-record'
  | 'audit-event'
  | 'audit-search'
  | 'audit-checkpoint'
  | 'audit-digest'
  | 'catalog'
  | 'metrics'
  | 'connect-ticket'
  | 'connect-transaction';

/** Length in bytes of master keys and of the keys derived from them. */
export const KEY_BYTES = 32;
const MAC_TEXT_BYTES = 16;

const keyRingSchema = z.strictObject({
  current: z.string(),
  keys: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,32}$/), z.string()),
});

/**
 * The organisation's master keys by `kid`. New material is made under `current`; older keys only read.
 * Master keys are never used themselves: every use derives its own (HKDF-SHA-256, RFC 5869).
 */
export interface KeyRing {
  readonly current: string;
  readonly kids: ReadonlySet<string>;
  /**
   * The key of one purpose under one master key.
   * @throws GatehouseError `key_unknown` when the ring has no such `kid`.
   */
  derive(kid: string, purpose: KeyPurpose, context?: Uint8Array): Uint8Array;
}

/**
 * Reads a key ring from its JSON form, `{"current": "k1", "keys": {"k1": "<base64url of 32 bytes>"}}`.
 * @throws GatehouseError `key_ring_unreadable`, naming what is wrong but never a key.
 */
export function parseKeyRing(text: string): KeyRing {
  const { current, keys } = parseRing(text);
  const masters = new Map(Object.entries(keys).map(([kid, key]) => [kid, decodeMaster(kid, key)]));
  if (!masters.has(current)) throw unreadable(`"current" names "${current}", which is not under "keys"`);
  const derived = new Map<string, Uint8Array>();

  return {
    current,
    kids: new Set(masters.keys()),
    derive(kid, purpose, context = new Uint8Array()) {
      const master = masters.get(kid);
      if (!master)
        throw new GatehouseError('key_unknown', 'The key that sealed this is not in the key ring.');
      if (context.length > 0) return hkdf(master, purpose, context);
      const cached = derived.get(`${kid}/${purpose}`) ?? hkdf(master, purpose, context);
      derived.set(`${kid}/${purpose}`, cached);
      return cached;
    },
  };
}

/** A key of its own for one use of a random key (HKDF-SHA-256). */
export function subkey(key: Uint8Array, use: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), utf8(`gatehouse/${use}`), KEY_BYTES));
}

/** HMAC-SHA-256 (RFC 2104), 32 bytes. */
export function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}

/** The MAC of some fields as ids carry it: HMAC-SHA-256 cut to 128 bits (RFC 2104 section 5), base64url. */
export function macText(key: Uint8Array, ...fields: readonly string[]): string {
  return toBase64url(hmac(key, lengthPrefixed(...fields)).subarray(0, MAC_TEXT_BYTES));
}

function hkdf(master: Uint8Array, purpose: KeyPurpose, context: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, context, utf8(`gatehouse/${purpose}`), KEY_BYTES));
}

function parseRing(text: string): z.infer<typeof keyRingSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable('it is not JSON');
  }
  const ring = keyRingSchema.safeParse(json);
  if (!ring.success) throw unreadable('it must be {"current": "<kid>", "keys": {"<kid>": "<base64url>"}}');
  return ring.data;
}

function decodeMaster(kid: string, key: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64url(key);
  } catch {
    throw unreadable(`the key "${kid}" is not base64url`);
  }
  if (bytes.length !== KEY_BYTES) throw unreadable(`the key "${kid}" must be ${KEY_BYTES} bytes long`);
  return bytes;
}

function unreadable(reason: string): GatehouseError {
  return new GatehouseError('key_ring_unreadable', `KEY_RING cannot be read: ${reason}.`);
}
