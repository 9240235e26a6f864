import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { withBitFlipped } from '../../src/crypto/random.fake.ts';

type Row = Record<string, SqlStorageValue>;

/** The largest value that the platform stores. */
const MAX_VALUE_BYTES = 2_000_000;

/**
 * The storage of one Durable Object over a SQLite in memory: as much of `DurableObjectStorage` as the code
 * uses. Blobs come back as `ArrayBuffer`, and those that are too large are refused, as in workerd. What it
 * cannot show is durability: `sync` resolves at once, or when a test that called {@link FakeStorage.holdSync}
 * lets it.
 */
export class FakeStorage {
  readonly #db = new DatabaseSync(':memory:');
  #durable: Promise<void> = Promise.resolve();
  /** When the object will be woken; null where no alarm was set. */
  alarmMs: number | null = null;

  constructor() {
    onTestFinished(() => this.#db.close());
  }

  readonly sql = {
    exec: (statements: string, ...bindings: unknown[]) => this.#exec(statements, bindings),
  };

  transactionSync<Result>(work: () => Result): Result {
    this.#db.exec('SAVEPOINT work');
    try {
      const result = work();
      this.#db.exec('RELEASE work');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK TO work; RELEASE work');
      throw error;
    }
  }

  sync(): Promise<void> {
    return this.#durable;
  }

  async getAlarm(): Promise<number | null> {
    return this.alarmMs;
  }

  async setAlarm(alarmMs: number): Promise<void> {
    this.alarmMs = alarmMs;
  }

  /** Holds back every `sync` from now on, until the returned function is called. */
  holdSync(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#durable = promise;
    return resolve;
  }

  /** Flips one bit in the middle of the sealed value of a row; `where` must select one row. */
  flipBit(table: string, column: string, where: string): void {
    const row = this.#exec(`SELECT ${column} AS value FROM ${table} WHERE ${where}`, []).one();
    const value = new Uint8Array(row.value as ArrayBuffer);
    const flipped = withBitFlipped(value, (value.length >> 1) * 8).buffer;
    this.#exec(`UPDATE ${table} SET ${column} = ? WHERE ${where}`, [flipped]);
  }

  /** Every value of every table as one text, to look for what must not be there in the clear. */
  dump(): string {
    const tables = this.#db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return tables
      .flatMap(({ name }) => this.#db.prepare(`SELECT * FROM "${name}"`).all())
      .flatMap(row => Object.values(row))
      .map(value => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
      .join('\n');
  }

  /** As the code under test knows it. */
  get storage(): DurableObjectStorage {
    return this as unknown as DurableObjectStorage;
  }

  #exec(statements: string, bindings: readonly unknown[]) {
    const isScript = bindings.length === 0 && /;\s*\S/.test(statements);
    if (isScript) {
      this.#db.exec(statements);
      return cursorOver([], 0);
    }
    const statement = this.#db.prepare(statements);
    const values = bindings.map(toSqlite);
    if (statement.columns().length > 0) return cursorOver(statement.all(...values).map(toRow), 0);
    return cursorOver([], Number(statement.run(...values).changes));
  }
}

function cursorOver(rows: readonly Row[], rowsWritten: number) {
  return {
    rowsWritten,
    toArray: () => rows,
    one() {
      const [row] = rows;
      if (!row || rows.length > 1) throw new Error(`expected exactly one row, found ${rows.length}`);
      return row;
    },
    [Symbol.iterator]: () => rows[Symbol.iterator](),
  };
}

function toSqlite(value: unknown): SQLInputValue {
  if (value instanceof ArrayBuffer) return toSqlite(new Uint8Array(value));
  if (ArrayBuffer.isView(value) && value.byteLength > MAX_VALUE_BYTES)
    throw new Error('string or blob too big');
  const isValue = value === null || ['string', 'number'].includes(typeof value) || ArrayBuffer.isView(value);
  if (!isValue) throw new TypeError(`${typeof value} cannot be stored`);
  return value as SQLInputValue;
}

function toRow(row: Record<string, unknown>): Row {
  const values = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? new Uint8Array(value).buffer : value,
  ]);
  return Object.fromEntries(values) as Row;
}

/** The SQL of a new object, for what needs no more of its storage. */
export function fakeSql(): SqlStorage {
  return new FakeStorage().sql as unknown as SqlStorage;
}
