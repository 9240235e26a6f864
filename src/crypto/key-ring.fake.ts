import { Buffer } from 'node:buffer';
import { KEY_BYTES, type KeyRing, parseKeyRing } from './key-ring.ts';

/** The fixed master key of a `kid`: the kid itself, repeated. */
export function masterKey(kid: string): Uint8Array {
  return Buffer.alloc(KEY_BYTES, kid);
}

/** The JSON form of a ring with a fixed key for each `kid`; the last one is current. */
export function keyRingText(...kids: readonly string[]): string {
  const keys = Object.fromEntries(kids.map(kid => [kid, Buffer.from(masterKey(kid)).toString('base64url')]));
  return JSON.stringify({ current: kids.at(-1), keys });
}

/** A ring with a fixed key for each `kid`; the last one is current. */
export function keyRingOf(...kids: readonly string[]): KeyRing {
  return parseKeyRing(keyRingText(...kids));
}
