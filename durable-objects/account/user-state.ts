import { lengthPrefixed, toBase64url, utf8 } from '../../src/crypto/bytes.ts';
import { openJson, type SealedPlace, type SealingKey, sealJson } from '../../src/crypto/envelope.ts';
import { hmac, type KeyRing, subkey } from '../../src/crypto/key-ring.ts';
import { reportFault } from '../../src/errors.ts';
import type { StateEntry, StatePage, StateQuery, StateWrite } from '../../src/runtime/server-state.ts';
import { type AccountOwner, accountPlace, dataKey, userKey } from './user-key.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;
const MAX_KEY_BYTES = 1024;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    server TEXT NOT NULL,
    key_tag TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    entry BLOB NOT NULL,
    UNIQUE (server, key_tag)
  ) STRICT;
`;

/** What one server may keep for one user. */
export interface StateLimits {
  readonly maxValueBytes: number;
  readonly maxEntries: number;
  readonly maxTotalBytes: number;
}

/**
 * What hosted servers keep for one user. Keys and values are sealed under the user's own random key, which is
 * stored wrapped and dies with the user. Keys are found by a keyed tag, so not even they can be read on disk.
 */
export class UserState {
  readonly #sql: SqlStorage;
  readonly #owner: AccountOwner;
  readonly #limits: StateLimits;
  readonly #sealingKey: SealingKey;
  readonly #tagKey: Uint8Array;

  constructor(sql: SqlStorage, keyRing: KeyRing, owner: AccountOwner, limits: StateLimits) {
    sql.exec(SCHEMA);
    this.#sql = sql;
    this.#owner = owner;
    this.#limits = limits;
    const key = userKey(sql, keyRing, owner);
    this.#sealingKey = dataKey(key, 'state-entry');
    this.#tagKey = subkey(key, 'state-key-tag');
  }

  read(server: string, key: string): string | null {
    const [row] = this.#sql
      .exec<StateRow>('SELECT * FROM state WHERE server = ? AND key_tag = ?', server, this.#tag(server, key))
      .toArray();
    return row ? this.#open(row).value : null;
  }

  /** A page in the order of first insertion. `after` stays good when the entry it names is deleted. */
  list(server: string, { prefix = '', after, limit = DEFAULT_PAGE }: StateQuery): StatePage {
    // The query comes from tool code: what is no number must not mean "all".
    const size = Math.min(Math.max(1, Math.trunc(limit) || 1), MAX_PAGE);
    const rows = this.#sql.exec<StateRow>(
      'SELECT * FROM state WHERE server = ? AND seq > ? ORDER BY seq',
      server,
      Number(after ?? 0) || 0,
    );
    const entries: StateEntry[] = [];
    let last: number | undefined;
    for (const row of rows) {
      const entry = this.#tryOpen(row);
      if (!entry?.key.startsWith(prefix)) continue;
      if (entries.length === size) return { entries, next: String(last) };
      entries.push(entry);
      last = row.seq;
    }
    return { entries, next: null };
  }

  write(server: string, key: string, value: string): StateWrite {
    const tag = this.#tag(server, key);
    const bytes = utf8(key).length + utf8(value).length;
    const refused = this.#refuse(server, tag, key, bytes);
    if (refused) return refused;
    const sealed = sealJson(this.#sealingKey, this.#place(server, tag), { key, value });
    this.#sql.exec(
      `INSERT INTO state (server, key_tag, bytes, entry) VALUES (?, ?, ?, ?)
       ON CONFLICT (server, key_tag) DO UPDATE SET bytes = excluded.bytes, entry = excluded.entry`,
      server,
      tag,
      bytes,
      sealed.buffer,
    );
    return { ok: true };
  }

  delete(server: string, key: string): boolean {
    const tag = this.#tag(server, key);
    return this.#sql.exec('DELETE FROM state WHERE server = ? AND key_tag = ?', server, tag).rowsWritten > 0;
  }

  #refuse(server: string, tag: string, key: string, bytes: number): StateWrite | undefined {
    const { maxValueBytes, maxEntries, maxTotalBytes } = this.#limits;
    const keyBytes = utf8(key).length;
    if (keyBytes > MAX_KEY_BYTES) return tooLarge('The key', MAX_KEY_BYTES);
    if (bytes - keyBytes > maxValueBytes) return tooLarge('The value', maxValueBytes);
    const others = this.#sql
      .exec<{ entries: number; bytes: number }>(
        'SELECT COUNT(*) AS entries, COALESCE(SUM(bytes), 0) AS bytes FROM state WHERE server = ? AND key_tag <> ?',
        server,
        tag,
      )
      .one();
    if (others.entries + 1 > maxEntries) return quotaExceeded(maxEntries, 'entries');
    if (others.bytes + bytes > maxTotalBytes) return quotaExceeded(maxTotalBytes, 'bytes');
    return undefined;
  }

  #open(row: StateRow): StateEntry {
    const place = this.#place(row.server, row.key_tag);
    return openJson<StateEntry>(() => this.#sealingKey.key, place, new Uint8Array(row.entry));
  }

  /** One entry that cannot be opened is reported and left out; it must not hide the others. */
  #tryOpen(row: StateRow): StateEntry | undefined {
    try {
      return this.#open(row);
    } catch (error) {
      reportFault('state_unreadable', error, { server: row.server });
      return undefined;
    }
  }

  #tag(server: string, key: string): string {
    return toBase64url(hmac(this.#tagKey, lengthPrefixed(server, key)));
  }

  #place(server: string, row: string): SealedPlace {
    return accountPlace(this.#owner, 'state', `${server}/${row}`, 'entry');
  }
}

type StateRow = { seq: number; server: string; key_tag: string; entry: ArrayBuffer };

function tooLarge(what: string, limit: number): StateWrite {
  const message = `${what} is larger than ${limit} bytes.`;
  return { ok: false, code: 'value_too_large', limit, unit: 'bytes', message };
}

function quotaExceeded(limit: number, unit: 'entries' | 'bytes'): StateWrite {
  const message = `This server may keep ${limit} ${unit} for you; delete something first.`;
  return { ok: false, code: 'quota_exceeded', limit, unit, message };
}
