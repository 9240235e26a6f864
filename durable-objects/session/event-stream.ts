import { reportFault } from '../../src/errors.ts';
import type { SseEvent, SseSink } from '../../src/protocol/sse.ts';
import { type EventLog, eventId } from './event-log.ts';
import type { SessionStore } from './session-store.ts';

/** Closed streams that are kept for clients that come back late: those that were closed last. */
const KEPT_STREAMS = 64;

/** The request that a stream answers, kept so that it can still be answered after a crash. */
export interface StreamedRequest {
  readonly id: string | number;
  readonly method: string;
  /** Where it goes, and the server's own name of what it calls. */
  readonly server?: string;
  readonly name?: string;
}

/**
 * One stored event stream of a 2025-era session (2025-11-25, "Resumability and Redelivery"): the answer to a
 * request, or the session's own. Every message is stored, sealed and durable, before it is sent; a broken
 * connection only detaches the reader.
 */
export class EventStream {
  readonly id: number;
  /** The request that it answers; null for the session's own stream. */
  readonly request: StreamedRequest | null;
  readonly #store: SessionStore;
  readonly #log: EventLog;
  #seq: number;
  #sink: SseSink | undefined;
  #isOpen = true;
  /** Sends happen in the order of their storage, each once its row is durable. */
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(log: EventLog, id: number, request: StreamedRequest | null) {
    this.#store = log.store;
    this.#log = log;
    this.id = id;
    this.request = request;
    this.#seq = log.lastSeq(id);
  }

  /** Begins a stream and stores it. */
  static create(log: EventLog, request: StreamedRequest | null): EventStream {
    const { store } = log;
    const [row] = store.exec<{ id: number }>('INSERT INTO stream DEFAULT VALUES RETURNING id');
    if (!row) throw new Error('a stream row was not stored');
    // The seal names the row, so it can only be made once the row has an id; both are one write.
    const sealed = request && store.seal('stream', String(row.id), 'request', request);
    store.exec('UPDATE stream SET request = ? WHERE id = ?', sealed, row.id);
    return new EventStream(log, row.id, request);
  }

  /**
   * All stored streams that were not closed. After a restart: those that somebody still waits for. One whose
   * request cannot be read is reported and closed; it could not be answered.
   */
  static openOnes(log: EventLog): EventStream[] {
    const { store } = log;
    const rows = store.exec<StreamRow>('SELECT id, request FROM stream WHERE closed_order IS NULL');
    return rows.flatMap(({ id, request }) => {
      try {
        const opened = request && store.unseal<StreamedRequest>('stream', String(id), 'request', request);
        return [new EventStream(log, id, opened)];
      } catch (error) {
        reportFault('stream_unreadable', error);
        new EventStream(log, id, null).close();
        return [];
      }
    });
  }

  /** Whether a stream of this id was ever begun and is still stored. */
  static exists(store: SessionStore, id: number): boolean {
    return store.exec('SELECT 1 FROM stream WHERE id = ?', id).length > 0;
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
    this.#log.append(this.id, seq, message);
    const event = { id: eventId(this.id, seq), data: JSON.stringify(message) };
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
    this.#store.exec(
      'UPDATE stream SET closed_order = (SELECT COALESCE(MAX(closed_order), 0) + 1 FROM stream) WHERE id = ?',
      this.id,
    );
    this.#store.exec(
      `DELETE FROM stream WHERE closed_order IS NOT NULL AND id NOT IN
         (SELECT id FROM stream WHERE closed_order IS NOT NULL ORDER BY closed_order DESC LIMIT ?)`,
      KEPT_STREAMS,
    );
    this.#log.prune();
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
}

type StreamRow = { id: number; request: ArrayBuffer | null };
