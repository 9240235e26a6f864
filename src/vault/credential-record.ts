import { FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt } from 'jose';
import * as z from 'zod';
import { fromUtf8, lengthPrefixed, toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import { reportFault } from '../errors.ts';
import type { UserName } from '../grants/user-id.ts';
import type { Credential } from './credential.ts';
import type { RefusalReason } from './credential-events.ts';

const ALG = 'A256GCMKW';
const ENC = 'A256GCM';

/** Which credential a record is of. All of it is authenticated with the ciphertext, and none of it is in the record. */
export interface RecordPlace {
  readonly owner: UserName;
  /** The id of the connection. */
  readonly connection: string;
  /** The origins that the credential may be sent to, in any order. */
  readonly origins: readonly string[];
  /** Grows with every record of the connection, whatever was stored before and is gone. */
  readonly version: number;
}

/** A sealed credential, as text, and the key that it is under. */
export interface CredentialRecord {
  readonly kid: string;
  readonly text: string;
}

/** The members of a record (RFC 7516 section 7.2.2). Without `aad`: that says in the clear what must not be readable. */
const recordSchema = z.strictObject({
  ciphertext: z.string(),
  iv: z.string(),
  tag: z.string(),
  encrypted_key: z.string(),
  protected: z.string(),
});

/**
 * Seals a credential as a JWE in flattened JSON serialization (RFC 7516 section 7.2.2): a random content key for this
 * record only, wrapped under the current key of the ring (`A256GCMKW`, RFC 7518 section 4.7).
 */
export async function sealRecord(
  keyRing: KeyRing,
  place: RecordPlace,
  credential: Credential,
): Promise<CredentialRecord> {
  const kid = keyRing.current;
  const jwe = await new FlattenedEncrypt(utf8(JSON.stringify(credential)))
    .setProtectedHeader({ alg: ALG, enc: ENC, kid })
    .setAdditionalAuthenticatedData(additionalData(place))
    .encrypt(wrappingKey(keyRing, place, kid));
  return { kid, text: textOf(jwe as z.infer<typeof recordSchema>) };
}

/** A record that was opened, or why it is not used. */
export type OpenedRecord =
  | { readonly kind: 'opened'; readonly credential: Credential }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/**
 * Opens what {@link sealRecord} made for the same place, and nothing else: a record of another owner, connection or
 * version, or for other origins, is refused like one that was tampered with. Each refusal is reported.
 * @param text null where there is no such record, which is a refusal too.
 */
export async function openRecord(
  keyRing: KeyRing,
  place: RecordPlace,
  text: string | null,
): Promise<OpenedRecord> {
  if (text === null) return refused(place, 'missing', null);
  try {
    const key = (header?: { kid?: string }) => wrappingKey(keyRing, place, header?.kid ?? '');
    const { plaintext } = await flattenedDecrypt(parse(text, place), key, {
      keyManagementAlgorithms: [ALG],
      contentEncryptionAlgorithms: [ENC],
    });
    // Its shape is known because its place is authenticated.
    return { kind: 'opened', credential: JSON.parse(fromUtf8(plaintext)) as Credential };
  } catch (error) {
    return refused(place, 'unreadable', error);
  }
}

/** Each organisation's records are under a key of its own. */
function wrappingKey(keyRing: KeyRing, { owner }: RecordPlace, kid: string): Uint8Array {
  return keyRing.derive(kid, 'vault-record', utf8(owner.tenant));
}

function refused({ connection }: RecordPlace, reason: RefusalReason, error: unknown): OpenedRecord {
  reportFault('credential_record_refused', error, { connection, reason });
  return { kind: 'refused', reason };
}

/** The key of a record in KV. Nothing can be read from it but which version it is of. */
export function recordKey({ tenant, subject }: UserName, connection: string, version: number): string {
  return `vault:${toBase64url(sha256(lengthPrefixed('vault', tenant, subject, connection)))}:${version}`;
}

/** The one spelling of a record: what differs from it in a bit is another text, and refused, even if it decodes alike. */
function textOf({ ciphertext, iv, tag, encrypted_key, protected: header }: z.infer<typeof recordSchema>) {
  return JSON.stringify({ ciphertext, iv, tag, encrypted_key, protected: header });
}

function parse(text: string, place: RecordPlace): FlattenedJWE {
  const jwe = recordSchema.parse(JSON.parse(text));
  const isCanonical = Object.values(jwe).every(part => toBase64url(Buffer.from(part, 'base64url')) === part);
  if (!isCanonical || textOf(jwe) !== text) throw new Error('malformed');
  return { ...jwe, aad: toBase64url(additionalData(place)) };
}

function additionalData({ owner, connection, origins, version }: RecordPlace): Uint8Array<ArrayBuffer> {
  const { tenant, subject } = owner;
  return lengthPrefixed('vault-record', tenant, subject, connection, String(version), ...origins.toSorted());
}
