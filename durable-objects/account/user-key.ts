import { randomBytes } from 'node:crypto';
import { utf8 } from '../../src/crypto/bytes.ts';
import { open, type SealedPlace, type SealingKey, seal } from '../../src/crypto/envelope.ts';
import { KEY_BYTES, type KeyRing, subkey } from '../../src/crypto/key-ring.ts';
import { accountObjectName } from '../../src/session-key/internal-bearer.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS user_key (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    wrapped_key BLOB NOT NULL
  ) STRICT;
`;

/** Whose account it is. */
export interface AccountOwner {
  readonly tenant: string;
  readonly subject: string;
}

/** Where a sealed value of an account lives. */
export function accountPlace(owner: AccountOwner, table: string, row: string, column: string): SealedPlace {
  const { tenant, subject } = owner;
  const object = accountObjectName(tenant, subject);
  return { store: 'account', table, tenant, subject, object, row, column };
}

/**
 * The random key that a user's data are sealed under. It is made when it is first needed, stored wrapped, and
 * dies with the account: then the data cannot be read any more.
 */
export function userKey(sql: SqlStorage, keyRing: KeyRing, owner: AccountOwner): Uint8Array {
  sql.exec(SCHEMA);
  const place = accountPlace(owner, 'user_key', '1', 'wrapped_key');
  const wrapping = (kid: string) => keyRing.derive(kid, 'user-key-wrap', utf8(owner.tenant));
  const [row] = sql.exec<{ wrapped_key: ArrayBuffer }>('SELECT wrapped_key FROM user_key').toArray();
  if (row) return open(wrapping, place, new Uint8Array(row.wrapped_key));
  const key = new Uint8Array(randomBytes(KEY_BYTES));
  const wrapped = seal({ kid: keyRing.current, key: wrapping(keyRing.current) }, place, key);
  sql.exec('INSERT INTO user_key (id, wrapped_key) VALUES (1, ?)', wrapped.buffer);
  return key;
}

/** The key for one use of a user's key: what it seals says `data` where a master key's `kid` would stand. */
export function dataKey(key: Uint8Array, use: string): SealingKey {
  return { kid: 'data', key: subkey(key, use) };
}
