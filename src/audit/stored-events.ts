import type { KeyRing } from '../crypto/key-ring.ts';
import type { AuditRow } from './audit-row.ts';
import type { ChainName } from './hash-chain.ts';
import { type TaggedMember, Tagger } from './search-tags.ts';

/** One statement for any number of rows, which come as one JSON text. A row that is there already stays as it is. */
const INSERT = `
  INSERT INTO audit_event (id, tenant, chain, sequence, at_ms, kind, kid, event, previous_hash, hash,
    user_tag, session_tag, name_tag, server_tag)
  SELECT value ->> 'id', value ->> 'tenant', value ->> 'chain', value ->> 'sequence', value ->> 'atMs',
    value ->> 'kind', value ->> 'kid', value ->> 'sealed', value ->> 'previousHash', value ->> 'hash',
    value ->> '$.tags.user', value ->> '$.tags.session', value ->> '$.tags.name', value ->> '$.tags.server'
  FROM json_each(?) WHERE true
  ON CONFLICT (id) DO NOTHING`;

/** How long the sealed texts may be that are read at once, in characters. */
const MAX_LENGTH = 4_000_000;

/** Where a page of events ended: the time and the id of its last. */
export interface EventPlace {
  readonly atMs: number;
  readonly id: string;
}

/** What rows are narrowed to: a time, and those that have one of some tags. */
export interface RowSearch {
  /** From this time on, and before that one, in Unix milliseconds. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** A member with the tags that its value can have; null for all rows. */
  readonly tagged: { readonly member: TaggedMember; readonly tags: readonly string[] } | null;
  readonly isOldestFirst: boolean;
}

/** The events of all chains in D1. */
export class StoredEvents {
  readonly #db: D1Database;
  readonly #tagger: Tagger;

  constructor(db: D1Database, keyRing: KeyRing) {
    this.#db = db;
    this.#tagger = new Tagger(keyRing);
  }

  /** Stores rows, each once however often it comes. @throws where D1 does not say that it has them. */
  async insert(rows: readonly AuditRow[]): Promise<void> {
    const tagged = rows.map(row => ({ ...row, tags: this.#tagger.tagsOf(row) }));
    const { success } = await this.#db.prepare(INSERT).bind(JSON.stringify(tagged)).run();
    if (!success) throw new Error('D1 did not store the events');
  }

  /** The rows that say that they are at the places after one and up to another. */
  range(name: ChainName, after: number, through: number, limit: number): Promise<AuditRow[]> {
    const where = 'sequence > ? AND sequence <= ? ORDER BY sequence, id LIMIT ?';
    return this.#ofChain(name, where, [after, through, limit]);
  }

  /** The first rows of a chain that are there, as many as fit. */
  oldest({ tenant, chain }: ChainName, limit: number): Promise<AuditRow[]> {
    const sorted = 'ORDER BY sequence, id';
    const rows = `SELECT * FROM audit_event WHERE tenant = ? AND chain = ? ${sorted} LIMIT ?`;
    return this.#rows(fitting(rows, sorted), [tenant, chain, limit]);
  }

  /** The rows that say that they are at a place before the first that can be there, or after a head. */
  outside(name: ChainName, first: number, head: number, limit: number): Promise<AuditRow[]> {
    const where = '(sequence < ? OR sequence > ?) ORDER BY sequence, id LIMIT ?';
    return this.#ofChain(name, where, [first, head, limit]);
  }

  /** The rows at the last places of some chains; two of a chain where two say so. */
  heads(tenant: string, chains: readonly string[]): Promise<AuditRow[]> {
    const statement = `SELECT event.* FROM json_each(?2) AS asked JOIN audit_event AS event
      ON event.tenant = ?1 AND event.chain = asked.value AND event.sequence =
        (SELECT MAX(sequence) FROM audit_event WHERE tenant = ?1 AND chain = asked.value)`;
    return this.#rows(statement, [tenant, JSON.stringify(chains)]);
  }

  /** Chains of which there are rows from before a time, in the order of their names. */
  async chainsWithOld(tenant: string, beforeMs: number, after: string, limit: number): Promise<string[]> {
    const statement = `SELECT DISTINCT chain FROM audit_event WHERE tenant = ? AND at_ms < ? AND chain > ?
      ORDER BY chain LIMIT ?`;
    const { results } = await this.#db
      .prepare(statement)
      .bind(tenant, beforeMs, after, limit)
      .all<{ chain: string }>();
    return results.map(({ chain }) => chain);
  }

  /**
   * The rows of an organisation that a search may be about, in order of their times: as many as fit; none where there are no more.
   * @param after where to go on; null for the first page.
   */
  async page(
    tenant: string,
    search: RowSearch,
    after: EventPlace | null,
    limit: number,
  ): Promise<AuditRow[]> {
    const { tagged, isOldestFirst } = search;
    const pages = tagged
      ? tagged.tags.map(tag => this.#page({ tenant, search, after, limit }, tagged.member, tag))
      : [this.#page({ tenant, search, after, limit })];
    const rows = (await Promise.all(pages)).flat().toSorted(byTime);
    return (isOldestFirst ? rows : rows.toReversed()).slice(0, limit);
  }

  #page(
    { tenant, search, after, limit }: PageOrder,
    member?: TaggedMember,
    tag?: string,
  ): Promise<AuditRow[]> {
    const { fromMs, untilMs, isOldestFirst } = search;
    const [is, order] = isOldestFirst ? ['>', 'ASC'] : ['<', 'DESC'];
    const start = isOldestFirst ? { atMs: -1, id: '' } : { atMs: Number.MAX_SAFE_INTEGER, id: '' };
    const { atMs, id } = after ?? start;
    const where = member ? `AND ${member}_tag = ?` : '';
    const sorted = `ORDER BY at_ms ${order}, id ${order}`;
    const rows = `SELECT * FROM audit_event WHERE tenant = ? ${where} AND (at_ms, id) ${is} (?, ?)
      AND at_ms >= ? AND at_ms < ? ${sorted} LIMIT ?`;
    return this.#rows(fitting(rows, sorted), [
      tenant,
      ...(tag ? [tag] : []),
      atMs,
      id,
      fromMs,
      untilMs,
      limit,
    ]);
  }

  /** The chains of which there are rows, in the order of their names. */
  async chains(tenant: string, after: string, limit: number): Promise<string[]> {
    const statement =
      'SELECT DISTINCT chain FROM audit_event WHERE tenant = ? AND chain > ? ORDER BY chain LIMIT ?';
    const { results } = await this.#db.prepare(statement).bind(tenant, after, limit).all<{ chain: string }>();
    return results.map(({ chain }) => chain);
  }

  #ofChain({ tenant, chain }: ChainName, where: string, values: readonly number[]): Promise<AuditRow[]> {
    const statement = `SELECT * FROM audit_event WHERE tenant = ? AND chain = ? AND ${where}`;
    return this.#rows(statement, [tenant, chain, ...values]);
  }

  async #rows(statement: string, values: readonly unknown[]): Promise<AuditRow[]> {
    const { results } = await this.#db
      .prepare(statement)
      .bind(...values)
      .all<StoredRow>();
    return results.map(rowOf);
  }
}

/** Makes a statement give only its first rows, so that they fit in memory, but one at least: a row can have a megabyte. */
function fitting(rows: string, sorted: string): string {
  return `SELECT * FROM (SELECT *, SUM(LENGTH(event)) OVER (${sorted} ROWS UNBOUNDED PRECEDING) AS through FROM (${rows}))
    WHERE through - LENGTH(event) < ${MAX_LENGTH} ${sorted}`;
}

interface PageOrder {
  readonly tenant: string;
  readonly search: RowSearch;
  readonly after: EventPlace | null;
  readonly limit: number;
}

function byTime(one: AuditRow, other: AuditRow): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  return one.id < other.id ? -1 : 1;
}

interface StoredRow {
  readonly id: string;
  readonly tenant: string;
  readonly chain: string;
  readonly sequence: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly kid: string;
  readonly event: string;
  readonly previous_hash: string;
  readonly hash: string;
}

function rowOf(row: StoredRow): AuditRow {
  const { id, tenant, chain, sequence, at_ms: atMs, kind, kid, event: sealed, previous_hash, hash } = row;
  return { id, tenant, chain, sequence, atMs, kind, kid, sealed, previousHash: previous_hash, hash };
}
