import { GatehouseError } from '../src/errors.ts';
import type { SseEvent, SseSink } from '../src/protocol/sse.ts';
import type { SessionStore } from './session-store.ts';

/** Closed streams that are kept for clients that come back late. */
const KEPT_STREAMS = 64;

/** A POST's answers, or the one stream of messages that belong to no request. */
export type StreamKind = 'post' | 'get';

/** The request that a `post` stream answers, kept so that it can still be answered after a crash. */
export interface StreamedRequest {
  readonly id: string | number;
  readonly method: string;
}

/**
 * One stored event stream of a 2025-era session (2025-11-25, "Resumability and Redelivery"). Every message is
 * stored, sealed and durable, before it is sent; a broken connection only detaches the reader.
 */
export class EventStream {
  readonly id: number;
  readonly kind: StreamKind;
  readonly request: StreamedRequest | null;
  readonly #store: SessionStore;
  readonly #maxEvents: number;
  #seq: number;
  #sink: SseSink | undefined;
  #isOpen = true;
  /** Sends happen in the order of their storage, each once its row is durable. */
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(store: SessionStore, row: StreamRow, seq: number, maxEvents: number) {
    this.#store = store;
    this.#maxEvents = maxEvents;
    this.#seq = seq;
    this.id = row.id;
    this.kind = row.kind;
    this.request = row.request
      ? store.unseal<StreamedRequest>('stream', String(row.id), 'request', row.request)
      : null;
  }

  /** Begins a stream and stores it. */
  static create(
    store: SessionStore,
    kind: StreamKind,
    request: StreamedRequest | null,
    maxEvents: number,
  ): EventStream {
    const [row] = store.exec<{ id: number }>(
      'INSERT INTO stream (kind, is_open) VALUES (?, 1) RETURNING id',
      kind,
    );
    if (!row) throw new Error('a stream row was not stored');
    // The seal names the row, so it can only be made once the row has an id; both are one write.
    const sealed = request && store.seal('stream', String(row.id), 'request', request);
    store.exec('UPDATE stream SET request = ? WHERE id = ?', sealed, row.id);
    return new EventStream(store, { id: row.id, kind, request: sealed }, 0, maxEvents);
  }

  /** All stored streams that were not closed. After a restart: those that somebody still waits for. */
  static openOnes(store: SessionStore, maxEvents: number): EventStream[] {
    return store
      .exec<StreamRow>('SELECT id, kind, request FROM stream WHERE is_open = 1')
      .map(row => new EventStream(store, row, lastSeq(store, row.id), maxEvents));
  }

  /** Whether a stream of this id was ever begun and is still stored. */
  static exists(store: SessionStore, id: number): boolean {
    return store.exec('SELECT 1 FROM stream WHERE id = ?', id).length > 0;
  }

  /** The event id of a position: unique in the session, and naming its stream. 0 is the priming event. */
  static eventId(stream: number, seq: number): string {
    return `${stream}-${seq}`;
  }

  /** Reads an event id. Throws GatehouseError `event_unknown` for one that we never made. */
  static parseEventId(id: string): { stream: number; seq: number } {
    const [, stream, seq] = /^(\d{1,9})-(\d{1,9})$/.exec(id) ?? [];
    if (stream === undefined) {
      throw new GatehouseError('event_unknown', 'Last-Event-ID names no event of this session.');
    }
    return { stream: Number(stream), seq: Number(seq) };
  }

  /** The stored events of a stream after a position, in order. */
  static eventsAfter(store: SessionStore, stream: number, seq: number): SseEvent[] {
    return store
      .exec<EventRow>('SELECT seq, message FROM event WHERE stream = ? AND seq > ? ORDER BY seq', stream, seq)
      .map(row => ({
        id: EventStream.eventId(stream, row.seq),
        data: JSON.stringify(store.unseal('event', `${stream}/${row.seq}`, 'message', row.message)),
      }));
  }

  /** Whether more may still be said on it. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get hasReader(): boolean {
    return this.#sink !== undefined;
  }

  /** Stores a message and sends it to the reader, if there is one. */
  append(message: unknown): void {
    const seq = ++this.#seq;
    const sealed = this.#store.seal('event', `${this.id}/${seq}`, 'message', message);
    this.#store.exec('INSERT INTO event (stream, seq, message) VALUES (?, ?, ?)', this.id, seq, sealed);
    this.#store.exec('DELETE FROM event WHERE stream = ? AND seq <= ?', this.id, seq - this.#maxEvents);
    const event = { id: EventStream.eventId(this.id, seq), data: JSON.stringify(message) };
    const sink = this.#sink;
    this.#afterSync(() => sink?.send(event));
  }

  /** Attaches a reader in place of any earlier one; events that it asked for again come first. */
  attach(sink: SseSink, earlier: readonly SseEvent[]): void {
    this.#sink?.close();
    this.#sink = sink;
    this.#afterSync(() => {
      for (const event of earlier) sink.send(event);
    });
  }

  /** Forgets a reader that is gone. What comes now is stored for when it returns. */
  detach(sink: SseSink): void {
    if (this.#sink === sink) this.#sink = undefined;
  }

  /** Ends the stream: nothing more will be said on it, but what was said can still be read. */
  close(): void {
    this.#isOpen = false;
    this.#store.exec('UPDATE stream SET is_open = 0 WHERE id = ?', this.id);
    this.#forgetOldest();
    const sink = this.#sink;
    this.#sink = undefined;
    this.#afterSync(() => sink?.close());
  }

  /** Disconnects the reader without ending the stream. */
  hangUp(): void {
    this.#sink?.close();
    this.#sink = undefined;
  }

  #afterSync(send: () => void): void {
    const durable = this.#store.sync();
    this.#tail = this.#tail.then(() => durable).then(send);
  }

  #forgetOldest(): void {
    const kept = 'SELECT id FROM stream WHERE is_open = 0 ORDER BY id DESC LIMIT ?';
    this.#store.exec(`DELETE FROM stream WHERE is_open = 0 AND id NOT IN (${kept})`, KEPT_STREAMS);
    this.#store.exec('DELETE FROM event WHERE stream NOT IN (SELECT id FROM stream)');
  }
}

type StreamRow = { id: number; kind: StreamKind; request: ArrayBuffer | null };
type EventRow = { seq: number; message: ArrayBuffer };

function lastSeq(store: SessionStore, stream: number): number {
  const [row] = store.exec<{ seq: number | null }>(
    'SELECT MAX(seq) AS seq FROM event WHERE stream = ?',
    stream,
  );
  return row?.seq ?? 0;
}
