import { CompactSign, compactVerify, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import * as z from 'zod';
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import { findCheckpointKey, signingKey } from './checkpoint-keys.ts';
import type { ChainPoint } from './hash-chain.ts';

const TYPE = 'gatehouse-checkpoint+jws';
const place = z.number().int().min(1);

const headSchema = z.strictObject({ chain: z.string(), sequence: place, hash: z.string() });
const archivedSchema = z.strictObject({
  chain: z.string(),
  from: place,
  through: place,
  /** Of the chain, at `through`. */
  hash: z.string(),
  /** The key of the object in R2, and its SHA-256 in base64url. */
  object: z.string(),
  digest: z.string(),
});
const checkpointSchema = z.strictObject({
  tenant: z.string(),
  /** Its place among the organisation's checkpoints, from 1. */
  sequence: place,
  /** RFC 3339. */
  at: z.string(),
  /** The hash of the one before; null for the first. */
  previous: z.string().nullable(),
  /** The heads of chains that have grown since they were last in one. */
  heads: z.array(headSchema),
  /** What was archived, and is deleted from the database after this was signed. */
  archived: z.array(archivedSchema),
});

/** What was signed of an organisation's chains. */
export type Checkpoint = Readonly<z.infer<typeof checkpointSchema>>;
export type ChainHead = Readonly<z.infer<typeof headSchema>>;
export type ArchivedRange = Readonly<z.infer<typeof archivedSchema>>;

/** The compact JWS (RFC 7515) of a checkpoint, with EdDSA under the current key of the ring. */
export async function signCheckpoint(keyRing: KeyRing, checkpoint: Checkpoint): Promise<string> {
  const kid = keyRing.current;
  return new CompactSign(utf8(JSON.stringify(checkpoint)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: TYPE })
    .sign(await signingKey(keyRing, kid));
}

/** The place of a checkpoint: its sequence, and the hash that the next one names. */
export function checkpointPoint(sequence: number, jws: string): ChainPoint {
  return { sequence, hash: toBase64url(sha256(utf8(jws))) };
}

/**
 * Reads a checkpoint. One under a key that is gone is read without its signature: that it is the one which was signed, the next one's
 * `previous` says.
 * @returns null where it is not what was signed, or no checkpoint.
 */
export async function readCheckpoint(keys: JSONWebKeySet, jws: string): Promise<Checkpoint | null> {
  try {
    const { kid, typ } = decodeProtectedHeader(jws);
    if (typ !== TYPE) return null;
    const key = await findCheckpointKey(keys, kid);
    const payload = key
      ? (await compactVerify(jws, key, { algorithms: ['EdDSA'] })).payload
      : fromBase64url(jws.split('.')[1] ?? '');
    return checkpointSchema.parse(JSON.parse(fromUtf8(payload)));
  } catch {
    return null;
  }
}
