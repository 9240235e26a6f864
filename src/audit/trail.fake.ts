import { keyRingOf } from '../crypto/key-ring.fake.ts';
import { type AuditRow, openRow, rowAfter } from './audit-row.ts';
import { type AuditEvent, type EntryOf, eventOf } from './event.ts';
import { type ChainName, type ChainPoint, genesis } from './hash-chain.ts';
import type { ChainPart } from './verify-chain.ts';

/** The key ring of tests, and how rows are opened with it. */
export const RING = keyRingOf('k1');
export const openHere = (row: AuditRow, sequence: number) => openRow(RING, row, sequence);

/** The chain of tests. */
export const CHAIN: ChainName = { tenant: 'acme', chain: 'account/ada' };

/** The use of a credential. */
export const USED: EntryOf<'credential.used'> = {
  kind: 'credential.used',
  user: 'okta|ada',
  server: 'github',
  connection: 'github',
  owner: 'okta|ada',
  version: 3,
  origin: 'https://api.github.com',
  method: 'GET',
  session: null,
  client: null,
  installation: null,
};

/** The event with a number in its id and time. */
export function eventNumber(number: number, name: ChainName = CHAIN): AuditEvent {
  return eventOf(USED, { id: `event-${number}`, atMs: 1_700_000_000_000 + number, tenant: name.tenant });
}

/** So many rows of a chain, in order, after a place. */
export function rowsOf(
  count: number,
  name: ChainName = CHAIN,
  after: ChainPoint = genesis(name),
): readonly AuditRow[] {
  const rows: AuditRow[] = [];
  for (let place = after.sequence + 1; place <= after.sequence + count; place += 1) {
    rows.push(rowAfter(rows.at(-1) ?? after, name, eventNumber(place, name), RING));
  }
  return rows;
}

/** What is stored of a chain of which all that was recorded is delivered. */
export function partOf(rows: readonly AuditRow[], head: ChainPoint): ChainPart {
  const start = genesis(CHAIN);
  return { start, last: head.sequence, rows, delivered: head, head, open: openHere };
}
