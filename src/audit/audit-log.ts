import { type Env, settingsOf } from '../env.ts';
import { chainListOf, chainStateOf } from './audit-chains.ts';
import { type AuditRow, openRow } from './audit-row.ts';
import type { AuditEvent } from './event.ts';
import { EVENTS_CURSOR, VERIFICATION_CURSOR } from './page-cursor.ts';
import { StoredEvents } from './stored-events.ts';
import { type Verification, verifyEvents } from './verification.ts';

/** An event as it was found; null for what it says where it cannot be opened. */
export interface FoundEvent {
  readonly row: AuditRow;
  readonly event: AuditEvent | null;
}

/** A part of what is asked for, and the cursor to the next. */
export type Paged<Part> = Part & { readonly next: string | null };

/** What an organisation's auditors read. */
export class AuditLog {
  readonly #env: Env;
  readonly #tenant: string;

  constructor(env: Env, tenant: string) {
    this.#env = env;
    this.#tenant = tenant;
  }

  /** The events that are in D1, newest first. @throws GatehouseError `query_invalid` for a cursor of something else. */
  async events(cursor: string, limit: number): Promise<Paged<{ readonly events: readonly FoundEvent[] }>> {
    const rows = await this.#stored.page(this.#tenant, EVENTS_CURSOR.read(cursor), limit);
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      events: rows.map(row => ({ row, event: this.#eventOf(row) })),
      next: last ? EVENTS_CURSOR.write({ atMs: last.atMs, id: last.id }) : null,
    };
  }

  /** Verifies all chains, as far as one request goes. @throws GatehouseError `query_invalid` for a cursor of something else. */
  async verify(cursor: string, maxEvents: number): Promise<Paged<Omit<Verification, 'next'>>> {
    const { next, ...found } = await verifyEvents(
      {
        tenant: this.#tenant,
        events: this.#stored,
        list: chainListOf(this.#env, this.#tenant),
        stateOf: chain => chainStateOf(this.#env, this.#tenant, chain),
        open: (row, sequence) => openRow(this.#keyRing, row, sequence),
      },
      VERIFICATION_CURSOR.read(cursor),
      maxEvents,
    );
    return { ...found, next: next && VERIFICATION_CURSOR.write(next) };
  }

  #eventOf(row: AuditRow): AuditEvent | null {
    const text = openRow(this.#keyRing, row, row.sequence);
    return text === null ? null : (JSON.parse(text) as AuditEvent);
  }

  get #stored(): StoredEvents {
    return new StoredEvents(this.#env.DB);
  }

  get #keyRing() {
    return settingsOf(this.#env).keyRing;
  }
}
