import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../crypto/bytes.ts';
import { open, type SealedPlace, seal } from '../crypto/envelope.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import { type AuditEvent, canonicalText } from './event.ts';
import { type ChainName, type ChainPoint, chainHash, nextPoint } from './hash-chain.ts';

/** An event as it is stored. What it says is sealed; what is beside that, it says too. */
export interface AuditRow extends ChainName, ChainPoint {
  readonly id: string;
  readonly atMs: number;
  readonly kind: string;
  /** The master key that its key is derived from. */
  readonly kid: string;
  /** The canonical text in an envelope (src/crypto/envelope.ts), base64url. */
  readonly sealed: string;
  readonly previousHash: string;
}

/** The row that makes an event the next of its chain. */
export function rowAfter(
  previous: ChainPoint,
  { tenant, chain }: ChainName,
  event: AuditEvent,
  keyRing: KeyRing,
): AuditRow {
  const text = canonicalText(event);
  const point = nextPoint(previous, text);
  const { id, atMs, kind } = event;
  const row = { tenant, chain, ...point, id, atMs, kind, previousHash: previous.hash };
  const kid = keyRing.current;
  const key = { kid, key: auditKey(keyRing, tenant, kid) };
  return { ...row, kid, sealed: toBase64url(seal(key, placeOf(row, point.sequence), utf8(text))) };
}

/**
 * What a row says, if it was recorded at a place of its chain.
 * @returns null where it was not, was edited, or its key is gone.
 */
export function openRow(keyRing: KeyRing, row: AuditRow, sequence: number): string | null {
  try {
    const bytes = fromBase64url(row.sealed);
    // Several texts may decode to the same bytes; only one of them was stored.
    if (toBase64url(bytes) !== row.sealed) return null;
    const findKey = (kid: string) => keyOf(keyRing, row, kid);
    return fromUtf8(open(findKey, placeOf(row, sequence), bytes));
  } catch {
    return null;
  }
}

/** Whether a row was recorded at a place: it opened there with a text that has its hash, and says all that is beside it. */
export function isRecorded(row: AuditRow, sequence: number, text: string | null): boolean {
  if (text === null || chainHash(row.previousHash, sequence, text) !== row.hash) return false;
  // Its shape is known because its place is authenticated.
  const { id, kind, atMs, tenant } = JSON.parse(text) as AuditEvent;
  return id === row.id && kind === row.kind && atMs === row.atMs && tenant === row.tenant;
}

function keyOf(keyRing: KeyRing, row: AuditRow, kid: string): Uint8Array {
  if (kid !== row.kid) throw new Error('another key than the row says');
  return auditKey(keyRing, row.tenant, kid);
}

/** The audit's own key of each tenant, so that nothing of a caller is needed to read or deliver it. */
function auditKey(keyRing: KeyRing, tenant: string, kid: string): Uint8Array {
  return keyRing.derive(kid, 'audit-event', utf8(tenant));
}

function placeOf({ tenant, chain, id }: ChainName & { readonly id: string }, sequence: number): SealedPlace {
  const where = { store: 'audit', table: 'audit_event', tenant, subject: '', object: chain };
  return { ...where, row: `${sequence}/${id}`, column: 'event' };
}
