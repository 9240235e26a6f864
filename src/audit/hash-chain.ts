import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';

/** A place in a chain: how many events there are up to it, and the hash of the last. */
export interface ChainPoint {
  /** Events count from 1; 0 is the beginning. */
  readonly sequence: number;
  /** SHA-256, base64url. */
  readonly hash: string;
}

/** Which chain it is. */
export interface ChainName {
  readonly tenant: string;
  /** `<kind of object>/<which>`, see `accountChain` and `sessionChain`. */
  readonly chain: string;
}

/** Where a chain begins. It differs by chain, so that no chain can stand in for another. */
export function genesis({ tenant, chain }: ChainName): ChainPoint {
  return { sequence: 0, hash: digest('gatehouse/audit-genesis', tenant, chain) };
}

/**
 * The place after one more event. Its hash covers all events up to it: what is edited, removed or put elsewhere
 * changes every hash that comes after.
 * @param text the event's canonical text, in the clear, so that sealing it anew changes nothing.
 */
export function nextPoint(previous: ChainPoint, text: string): ChainPoint {
  const sequence = previous.sequence + 1;
  return { sequence, hash: chainHash(previous.hash, sequence, text) };
}

/** The hash of the event at a place. */
export function chainHash(previousHash: string, sequence: number, text: string): string {
  return digest('gatehouse/audit-chain', previousHash, String(sequence), text);
}

function digest(...fields: readonly string[]): string {
  return toBase64url(sha256(lengthPrefixed(...fields)));
}
