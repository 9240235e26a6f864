import { concat } from '../../src/crypto/bytes.ts';
import { GatehouseError, reportFault } from '../../src/errors.ts';
import type { SseEvent } from '../../src/protocol/sse.ts';
import type { SessionStore } from './session-store.ts';

/** A row of SQLite holds 2 MB at most on the platform, so long messages take several. */
const PART_BYTES = 1_000_000;

/** The event id of a position: unique in the session, and naming its stream. 0 is the priming event. */
export function eventId(stream: number, seq: number): string {
  return `${stream}-${seq}`;
}

/** Reads an event id. Throws GatehouseError `event_unknown` for one that we never made. */
export function parseEventId(id: string): { stream: number; seq: number } {
  const [, stream, seq] = /^([1-9]\d{0,8})-(0|[1-9]\d{0,8})$/.exec(id) ?? [];
  if (stream === undefined) {
    throw new GatehouseError('event_unknown', 'Last-Event-ID names no event of this session.');
  }
  return { stream: Number(stream), seq: Number(seq) };
}

/** The stored messages of a session's streams, sealed, the newest `maxEvents` of each stream. */
export class EventLog {
  readonly store: SessionStore;
  readonly #maxEvents: number;

  constructor(store: SessionStore, maxEvents: number) {
    this.store = store;
    this.#maxEvents = maxEvents;
  }

  /** The position of a stream's newest message; 0 where there is none. */
  lastSeq(stream: number): number {
    const [row] = this.store.exec<{ seq: number | null }>(
      'SELECT MAX(seq) AS seq FROM event WHERE stream = ?',
      stream,
    );
    return row?.seq ?? 0;
  }

  append(stream: number, seq: number, message: unknown): void {
    const sealed = new Uint8Array(this.store.seal('event', `${stream}/${seq}`, 'message', message));
    this.store.transaction(() => {
      for (let part = 0; part * PART_BYTES < sealed.length; part++) {
        this.store.exec(
          'INSERT INTO event (stream, seq, part, message) VALUES (?, ?, ?, ?)',
          stream,
          seq,
          part,
          sealed.slice(part * PART_BYTES, (part + 1) * PART_BYTES).buffer,
        );
      }
      this.store.exec('DELETE FROM event WHERE stream = ? AND seq <= ?', stream, seq - this.#maxEvents);
    });
  }

  /**
   * The events of a stream after a position, in order. One that cannot be opened is reported and left out.
   * @throws GatehouseError `event_unknown` when there never was such a position, or when events after it are no
   *   longer stored: a gap must not look like the whole.
   */
  after(stream: number, seq: number): SseEvent[] {
    if (seq > this.lastSeq(stream)) {
      throw new GatehouseError('event_unknown', 'Last-Event-ID names no event of this session.');
    }
    const sealed = new Map<number, Uint8Array[]>();
    const rows = this.store.exec<EventRow>(
      'SELECT seq, message FROM event WHERE stream = ? AND seq > ? ORDER BY seq, part',
      stream,
      seq,
    );
    for (const row of rows) {
      sealed.set(row.seq, [...(sealed.get(row.seq) ?? []), new Uint8Array(row.message)]);
    }
    const isWhole = [...sealed.keys()].every((at, index) => at === seq + 1 + index);
    if (!isWhole) {
      throw new GatehouseError('event_unknown', 'Events after Last-Event-ID are no longer stored.');
    }
    return [...sealed].flatMap(([at, parts]) => this.#open(stream, at, parts));
  }

  /** Deletes the messages of streams that are no longer stored. */
  prune(): void {
    this.store.exec('DELETE FROM event WHERE stream NOT IN (SELECT id FROM stream)');
  }

  #open(stream: number, seq: number, parts: readonly Uint8Array[]): SseEvent[] {
    try {
      const message = this.store.unseal('event', `${stream}/${seq}`, 'message', concat(...parts).buffer);
      return [{ id: eventId(stream, seq), data: JSON.stringify(message) }];
    } catch (error) {
      reportFault('event_unreadable', error);
      return [];
    }
  }
}

type EventRow = { seq: number; message: ArrayBuffer };
