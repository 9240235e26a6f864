/** The one table of definitions, in memory: just the statements that `definitions.ts` makes of D1. */
export class FakeDatabase {
  readonly rows = new Map<string, string>();
  /** SELECTs so far. */
  reads = 0;

  prepare(statement: string) {
    const isRead = statement.startsWith('SELECT');
    return {
      bind: (server: string, codeHash: string, definitions?: string) => ({
        first: async () => {
          if (!isRead) throw new Error(`not a read: ${statement}`);
          this.reads++;
          const found = this.rows.get(`${server} ${codeHash}`);
          return found === undefined ? null : { definitions: found };
        },
        run: async () => {
          if (!statement.startsWith('INSERT OR IGNORE')) throw new Error(`not a write: ${statement}`);
          const key = `${server} ${codeHash}`;
          if (!this.rows.has(key)) this.rows.set(key, definitions ?? '');
        },
      }),
    };
  }

  /** As the code under test knows it. */
  get d1(): D1Database {
    return this as unknown as D1Database;
  }
}

/** A database that answers every question with the same rows. */
export function databaseOf(rows: readonly object[]): D1Database {
  const statement = { all: async () => ({ results: rows }), first: async () => rows[0] ?? null };
  return { prepare: () => ({ ...statement, bind: () => statement }) } as unknown as D1Database;
}
