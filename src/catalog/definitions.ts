import type { JsonObject } from '../protocol/message.ts';

/** What a server offers, as revision 2026-07-28 has it; the same for all callers of one code hash. */
export interface Definitions {
  /** The `server/discover` result. */
  readonly discovered: JsonObject;
  readonly tools: readonly JsonObject[];
  readonly prompts: readonly JsonObject[];
  readonly resourceTemplates: readonly JsonObject[];
}

/** Whose definitions they are: a server's name, and a digest of all that makes it. */
export interface PinnedCode {
  readonly name: string;
  readonly codeHash: string;
}

/** Per Worker isolate: definitions never change for a code hash, so they may be kept for good. */
const known = new Map<string, Definitions>();

/**
 * The definitions of a server's version: from memory, else from D1, else read from the server itself and
 * kept in both.
 */
export async function definitionsOf(
  db: D1Database,
  entry: PinnedCode,
  readFromServer: () => Promise<Definitions>,
): Promise<Definitions> {
  const key = `${entry.name}.${entry.codeHash}`;
  const remembered = known.get(key);
  if (remembered) return remembered;
  const definitions = (await load(db, entry)) ?? (await store(db, entry, await readFromServer()));
  known.set(key, definitions);
  return definitions;
}

async function load(db: D1Database, { name, codeHash }: PinnedCode): Promise<Definitions | undefined> {
  const row = await db
    .prepare('SELECT definitions FROM server_definitions WHERE server = ? AND code_hash = ?')
    .bind(name, codeHash)
    .first<{ definitions: string }>();
  return row ? (JSON.parse(row.definitions) as Definitions) : undefined;
}

async function store(db: D1Database, entry: PinnedCode, definitions: Definitions): Promise<Definitions> {
  await db
    .prepare(
      'INSERT OR IGNORE INTO server_definitions (server, code_hash, definitions, read_at_ms) VALUES (?, ?, ?, ?)',
    )
    .bind(entry.name, entry.codeHash, JSON.stringify(definitions), Date.now())
    .run();
  return definitions;
}
