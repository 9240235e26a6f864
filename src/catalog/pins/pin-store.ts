import { randomUUID } from 'node:crypto';
import type { KeyRing } from '../../crypto/key-ring.ts';
import type { JsonObject } from '../../protocol/message.ts';
import { CatalogSeal } from '../catalog-seal.ts';
import { type DefinitionItem, type ItemKind, itemOf } from './definition-item.ts';
import { tooMuch } from './flaw.ts';
import type { PinState, Pins } from './pinned.ts';

const TABLE = 'definition_pin';
const DECISION_TABLE = 'definition_pin_decision';

/** The most definitions of one server that wait; of more, those are let go that were found more than a day ago. */
const MAX_WAITING = 2000;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Of one statement's JSON, in characters: D1 takes values of up to 2 MB. */
const CHUNK_LENGTH = 512 * 1024;

const COLUMNS = 'server, source, hash, state, found_at_ms, decided_at_ms, sealed, decision';

/** A server of the tenant at one of its addresses. */
export interface PinnedServer {
  readonly server: string;
  /** A digest of the address, see `sourceOf`. */
  readonly source: string;
}

/** Who decided, and when. */
export interface Decision {
  /** Their subject. */
  readonly by: string;
  readonly atMs: number;
}

/** A definition on record. */
export interface Pin extends DefinitionItem, PinnedServer {
  readonly state: PinState;
  readonly foundAtMs: number;
  /** Null where nobody has decided: it waits, or was among the first. */
  readonly decision: Decision | null;
}

/** What a tenant's remote servers offer, as it was seen and decided, in D1. */
export class PinStore {
  readonly #db: D1Database;
  readonly #tenant: string;
  readonly #seal: CatalogSeal;

  constructor({ DB }: { readonly DB: D1Database }, keyRing: KeyRing, tenant: string) {
    this.#db = DB;
    this.#tenant = tenant;
    this.#seal = new CatalogSeal(keyRing, tenant);
  }

  /** How often the pins of a server have changed; null where nothing was ever recorded. */
  async revision({ server, source }: PinnedServer): Promise<number | null> {
    const row = await this.#db
      .prepare('SELECT revision FROM pin_set WHERE tenant = ? AND server = ? AND source = ?')
      .bind(this.#tenant, server, source)
      .first<{ revision: number }>();
    return row?.revision ?? null;
  }

  /** All pins of some servers, in the order in which they came, or were decided. */
  async read(servers: readonly PinnedServer[]): Promise<Pin[]> {
    const { results } = await this.#db
      .prepare(
        `SELECT ${COLUMNS} FROM definition_pin WHERE tenant = ? AND server || '.' || source IN (SELECT value FROM json_each(?))
         ORDER BY coalesce(decided_at_ms, found_at_ms), server, hash`,
      )
      .bind(this.#tenant, JSON.stringify(servers.map(placeOfServer)))
      .all<PinRow>();
    return results.map(row => this.#pin(row));
  }

  /** A page of the pins of some servers in one state, by their ids. @param after the last id of the page before. */
  async page(
    servers: readonly PinnedServer[],
    state: PinState,
    after: string,
    limit: number,
  ): Promise<Pin[]> {
    const { results } = await this.#db
      .prepare(
        `SELECT ${COLUMNS} FROM definition_pin WHERE tenant = ? AND server || '.' || source IN (SELECT value FROM json_each(?))
         AND state = ? AND server || '.' || source || '.' || hash > ? ORDER BY server || '.' || source || '.' || hash LIMIT ?`,
      )
      .bind(this.#tenant, JSON.stringify(servers.map(placeOfServer)), state, after, limit)
      .all<PinRow>();
    return results.map(row => this.#pin(row));
  }

  /** One pin; null where there is none. */
  async find({ server, source, hash }: PinnedServer & { readonly hash: string }): Promise<Pin | null> {
    const row = await this.#db
      .prepare(
        `SELECT ${COLUMNS} FROM definition_pin WHERE tenant = ? AND server = ? AND source = ? AND hash = ?`,
      )
      .bind(this.#tenant, server, source, hash)
      .first<PinRow>();
    return row && this.#pin(row);
  }

  /**
   * Puts on record what was never seen before. The first that is ever recorded of a server is approved as it is; whatever comes
   * later, or at another address, waits, as far as there is room: a server that changes without end fills a day's room once a day. What
   * is too much to be shown is not kept.
   * @returns what waits now that did not before.
   */
  async record(
    { server, source }: PinnedServer,
    found: readonly DefinitionItem[],
    nowMs: number,
  ): Promise<DefinitionItem[]> {
    const room = await this.#room(server, source, nowMs);
    const items = found.filter(({ definition }) => tooMuch(definition) === null).slice(0, room);
    if (items.length === 0 && room !== Number.POSITIVE_INFINITY) return [];
    const recording = randomUUID();
    const outcomes = await this.#db.batch<{ hash: string; state: PinState }>([
      this.#db
        .prepare(
          `INSERT INTO pin_set (tenant, server, source, recording, is_first, revision, recorded_at_ms)
           SELECT ?1, ?2, ?3, ?4, NOT EXISTS (SELECT 1 FROM pin_set WHERE tenant = ?1 AND server = ?2), ?5, ?5
           WHERE true ON CONFLICT DO NOTHING`,
        )
        .bind(this.#tenant, server, source, recording, nowMs),
      ...this.#chunks(server, source, items).map(chunk =>
        this.#db
          .prepare(
            `INSERT INTO definition_pin (tenant, server, source, hash, state, found_at_ms, sealed)
             SELECT ?1, ?2, ?3, value ->> 'hash', iif(EXISTS (SELECT 1 FROM pin_set WHERE tenant = ?1 AND server = ?2
               AND source = ?3 AND recording = ?4 AND is_first = 1), 'approved', 'waiting'), ?5, value ->> 'sealed'
             FROM json_each(?6) WHERE true ON CONFLICT DO NOTHING RETURNING hash, state`,
          )
          .bind(this.#tenant, server, source, recording, nowMs, chunk),
      ),
      this.#db
        .prepare(
          `DELETE FROM definition_pin WHERE tenant = ?1 AND server = ?2 AND source = ?3 AND state = 'waiting' AND hash NOT IN
             (SELECT hash FROM definition_pin WHERE tenant = ?1 AND server = ?2 AND source = ?3 AND state = 'waiting'
              ORDER BY found_at_ms DESC LIMIT ?4)`,
        )
        .bind(this.#tenant, server, source, MAX_WAITING),
      this.#raise(server, source),
    ]);
    const waiting = new Set(
      outcomes.flatMap(({ results }) =>
        results.filter(({ state }) => state === 'waiting').map(({ hash }) => hash),
      ),
    );
    return items.filter(({ hash }) => waiting.has(hash));
  }

  /** Decides about one definition; a later decision counts. @returns whether there is such a one. */
  async decide(
    { server, source, hash }: PinnedServer & { readonly hash: string },
    state: Exclude<PinState, 'waiting'>,
    { by, atMs }: Decision,
  ): Promise<boolean> {
    const sealed = this.#seal.sealText(DECISION_TABLE, place(server, source, hash), JSON.stringify({ by }));
    const [decided] = await this.#db.batch([
      this.#db
        .prepare(
          `UPDATE definition_pin SET state = ?5, decided_at_ms = ?6, decision = ?7
           WHERE tenant = ?1 AND server = ?2 AND source = ?3 AND hash = ?4`,
        )
        .bind(this.#tenant, server, source, hash, state, atMs, sealed),
      this.#raise(server, source),
    ]);
    return decided?.meta.changes === 1;
  }

  /** How many definitions can be put on record now; the first that are recorded of an address all can. */
  async #room(server: string, source: string, nowMs: number): Promise<number> {
    const row = await this.#db
      .prepare(
        `SELECT (SELECT count(*) FROM definition_pin WHERE tenant = ?1 AND server = ?2 AND source = ?3 AND state = 'waiting'
           AND found_at_ms > ?4) AS waiting FROM pin_set WHERE tenant = ?1 AND server = ?2 AND source = ?3`,
      )
      .bind(this.#tenant, server, source, nowMs - DAY_MS)
      .first<{ waiting: number }>();
    return row ? roomBeside(row.waiting) : Number.POSITIVE_INFINITY;
  }

  #raise(server: string, source: string): D1PreparedStatement {
    return this.#db
      .prepare('UPDATE pin_set SET revision = revision + 1 WHERE tenant = ? AND server = ? AND source = ?')
      .bind(this.#tenant, server, source);
  }

  #chunks(server: string, source: string, items: readonly DefinitionItem[]): string[] {
    const chunks: object[][] = [[]];
    let length = 0;
    for (const { kind, definition, hash } of items) {
      const text = JSON.stringify({ kind, definition });
      const sealed = this.#seal.sealText(TABLE, place(server, source, hash), text);
      if (length + sealed.length > CHUNK_LENGTH && length > 0) {
        chunks.push([]);
        length = 0;
      }
      chunks.at(-1)?.push({ hash, sealed });
      length += sealed.length;
    }
    return chunks.map(chunk => JSON.stringify(chunk));
  }

  #pin({ server, source, hash, state, found_at_ms, decided_at_ms, sealed, decision }: PinRow): Pin {
    const at = place(server, source, hash);
    const { kind, definition } = JSON.parse(this.#seal.openText(TABLE, at, sealed)) as Said;
    const decided =
      decision === null || decided_at_ms === null
        ? null
        : {
            ...(JSON.parse(this.#seal.openText(DECISION_TABLE, at, decision)) as { by: string }),
            atMs: decided_at_ms,
          };
    return { ...itemOf(kind, definition), server, source, state, foundAtMs: found_at_ms, decision: decided };
  }
}

/** How many definitions can be put on record at an address of which these are known. */
export function roomBesides({ items }: Pins, nowMs: number): number {
  const recent = [...items.values()].filter(
    ({ state, foundAtMs }) => state === 'waiting' && foundAtMs > nowMs - DAY_MS,
  );
  return roomBeside(recent.length);
}

function roomBeside(waiting: number): number {
  return Math.max(0, MAX_WAITING - waiting);
}

function placeOfServer({ server, source }: PinnedServer): string {
  return `${server}.${source}`;
}

function place(server: string, source: string, hash: string): string {
  return `${server}/${source}/${hash}`;
}

type Said = { kind: ItemKind; definition: JsonObject };

type PinRow = {
  server: string;
  source: string;
  hash: string;
  state: PinState;
  found_at_ms: number;
  decided_at_ms: number | null;
  sealed: string;
  decision: string | null;
};
