import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { onTestFinished } from 'vitest';

type Row = Record<string, SqlStorageValue>;

/**
 * The storage of one Durable Object over a SQLite in memory: as much of `DurableObjectStorage` as the code
 * uses. Blobs come back as `ArrayBuffer`, as in workerd. What it cannot show is durability: `sync` resolves
 * at once, or when a test that called {@link FakeStorage.holdSync} lets it.
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

  async setAlarm(alarmMs: number): Promise<void> {
    this.alarmMs = alarmMs;
  }

  /** Holds back every `sync` from now on, until the returned function is called. */
  holdSync(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#durable = promise;
    return resolve;
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
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
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
