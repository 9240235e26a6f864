import type { ListReader, ListWatch } from '../../src/catalog/list-changes.ts';
import { reportFault } from '../../src/errors.ts';
import { tableExists } from '../storage/table-exists.ts';

const TABLE = 'open_stream';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    -- The name of a session object.
    object TEXT PRIMARY KEY,
    ticket INTEGER NOT NULL,
    -- Of the last change that it was told of, or that was made before it began to watch.
    told_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS list_change (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    changed_ms INTEGER NOT NULL
  ) STRICT;
`;

/** How many session objects are told at once. */
const PARALLEL = 16;

/** How long one of them is waited for, in milliseconds: others wait behind it. */
const PATIENCE_MS = 2000;

/** An object that cannot be told so often in a row has no stream that could be: those end with the object. */
const MAX_FAILURES = 5;

/** The session objects of one organisation that have open streams, and what they have been told. */
export class OpenStreams {
  readonly #sql: SqlStorage;
  readonly #readerOf: (object: string) => ListReader;

  constructor(sql: SqlStorage, readerOf: (object: string) => ListReader) {
    this.#sql = sql;
    this.#readerOf = readerOf;
  }

  /** Notes that an object has an open stream. What was changed until now is for itself to find out. */
  watch(object: string): ListWatch {
    this.#sql.exec(SCHEMA);
    const { changedAtMs } = this;
    const { ticket } = this.#sql
      .exec<{ ticket: number }>(
        `INSERT INTO ${TABLE} (object, ticket, told_ms) VALUES (?1, 1, ?2)
         ON CONFLICT (object) DO UPDATE SET ticket = ticket + 1, told_ms = excluded.told_ms, failures = 0 RETURNING ticket`,
        object,
        changedAtMs,
      )
      .one();
    return { changedAtMs, ticket };
  }

  /** Forgets an object, unless it has watched again since. */
  unwatch(object: string, ticket: number): void {
    if (!this.#exists()) return;
    this.#sql.exec(`DELETE FROM ${TABLE} WHERE object = ? AND ticket = ?`, object, ticket);
  }

  /** Notes a change that everybody must be told of. */
  changed(nowMs: number): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      `INSERT INTO list_change (id, changed_ms) VALUES (1, ?1)
       ON CONFLICT (id) DO UPDATE SET changed_ms = MAX(?1, changed_ms + 1)`,
      nowMs,
    );
  }

  /** Whether there is anybody who was not told of the last change. */
  get isBehind(): boolean {
    return this.#exists() && this.#untold().length > 0;
  }

  /**
   * Tells everybody who was not told of the last change yet, so many at a time. Who has no open stream any more is forgotten, and who
   * cannot be told is tried again the next time.
   */
  async tell(): Promise<void> {
    if (!this.#exists()) return;
    const { changedAtMs } = this;
    const waiting = this.#untold();
    const tellNext = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await this.#tellOne(next, changedAtMs);
    };
    await Promise.all(Array.from({ length: PARALLEL }, tellNext));
  }

  async #tellOne({ object, ticket }: Row, changedAtMs: number): Promise<void> {
    try {
      const isOpen = await inTime(this.#readerOf(object).tellListsChanged(changedAtMs));
      if (isOpen) this.#noteTold(object, ticket, changedAtMs);
      else this.unwatch(object, ticket);
    } catch (error) {
      reportFault('stream_not_told', error);
      this.#noteFailure(object, ticket);
    }
  }

  #noteTold(object: string, ticket: number, changedAtMs: number): void {
    this.#sql.exec(
      `UPDATE ${TABLE} SET told_ms = MAX(told_ms, ?), failures = 0 WHERE object = ? AND ticket = ?`,
      changedAtMs,
      object,
      ticket,
    );
  }

  #noteFailure(object: string, ticket: number): void {
    this.#sql.exec(
      `UPDATE ${TABLE} SET failures = failures + 1 WHERE object = ? AND ticket = ?`,
      object,
      ticket,
    );
    this.#sql.exec(`DELETE FROM ${TABLE} WHERE object = ? AND failures >= ?`, object, MAX_FAILURES);
  }

  #untold(): Row[] {
    const statement = `SELECT object, ticket FROM ${TABLE} WHERE told_ms < ?`;
    return this.#sql.exec<Row>(statement, this.changedAtMs).toArray();
  }

  /** When the last change was made; 0 where there was none. */
  get changedAtMs(): number {
    if (!this.#exists()) return 0;
    const [row] = this.#sql.exec<{ changed_ms: number }>('SELECT changed_ms FROM list_change');
    return row?.changed_ms ?? 0;
  }

  #exists(): boolean {
    return tableExists(this.#sql, TABLE);
  }
}

type Row = { object: string; ticket: number };

function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  return Promise.race([late, answer]).finally(() => clearTimeout(timer));
}
