import { reportFault } from '../errors.ts';
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
 * kept in both. D1 saves only the time of reading them, so the server is read where it fails.
 */
export async function definitionsOf(
  db: D1Database,
  entry: PinnedCode,
  readFromServer: () => Promise<Definitions>,
): Promise<Definitions> {
  const key = `${entry.name}.${entry.codeHash}`;
  const remembered = known.get(key);
  if (remembered) return remembered;
  const stored = await load(db, entry).catch(error => report(error, entry));
  const definitions = stored ?? (await readFromServer());
  known.set(key, definitions);
  if (!stored) await store(db, entry, definitions).catch(error => report(error, entry));
  return definitions;
}

async function load(db: D1Database, { name, codeHash }: PinnedCode): Promise<Definitions | undefined> {
  const row = await db
    .prepare('SELECT definitions FROM server_definitions WHERE server = ? AND code_hash = ?')
    .bind(name, codeHash)
    .first<{ definitions: string }>();
  return row ? (JSON.parse(row.definitions) as Definitions) : undefined;
}

async function store(db: D1Database, entry: PinnedCode, definitions: Definitions): Promise<void> {
  await db
    .prepare(
      'INSERT OR IGNORE INTO server_definitions (server, code_hash, definitions, read_at_ms) VALUES (?, ?, ?, ?)',
    )
    .bind(entry.name, entry.codeHash, JSON.stringify(definitions), Date.now())
    .run();
}

function report(error: unknown, { name }: PinnedCode): undefined {
  reportFault('definitions_not_stored', error, { server: name });
}
