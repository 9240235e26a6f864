import { randomBytes } from 'node:crypto';
import { lengthPrefixed } from '../../src/crypto/bytes.ts';
import { constantTimeEqual, sha256 } from '../../src/crypto/digest.ts';
import {
  openJson,
  type SealedPlace,
  type SealingKey,
  seal,
  sealJson,
  open as unseal,
} from '../../src/crypto/envelope.ts';
import { KEY_BYTES, type KeyRing } from '../../src/crypto/key-ring.ts';
import type { Principal } from '../../src/principal.ts';
import { unknownSession } from '../../src/session-key/session-id.ts';
import { wakeBy } from '../storage/wake.ts';
import { nextDeadlineMs, readSession, SESSION_SCHEMA, type SessionRow } from './session-schema.ts';

const STORE = 'mcp-session';
/** The id of the data key inside a session's own rows; a session has one. */
const DATA_KID = 'data';

/**
 * The rows of one 2025-era session, each sealed under the session's data key. The data key is random, and is
 * kept wrapped by a key derived from the master key and from the installation's: when that has ended, the
 * rows cannot be read even with the master key (design, section 6).
 */
export class SessionStore {
  readonly #storage: DurableObjectStorage;
  readonly #object: string;
  readonly #principal: Principal;
  readonly #key: SealingKey;

  private constructor(storage: DurableObjectStorage, object: string, principal: Principal, key: Uint8Array) {
    this.#storage = storage;
    this.#object = object;
    this.#principal = principal;
    this.#key = { kid: DATA_KID, key };
  }

  /** Begins a session: makes its data key and stores it with what the client said at `initialize`. */
  static create(
    storage: DurableObjectStorage,
    keyRing: KeyRing,
    { object, principal, bearer, client, expiresAtMs }: SessionSeed,
  ): SessionStore {
    storage.sql.exec(SESSION_SCHEMA);
    const key = randomBytes(KEY_BYTES);
    const store = new SessionStore(storage, object, principal, key);
    storage.sql.exec(
      'INSERT INTO session (id, bearer_hash, wrapped_key, client, expires_at_ms) VALUES (1, ?, ?, ?, ?)',
      sha256(bearer),
      seal(
        wrappingKey(keyRing, keyRing.current, principal),
        store.#place('session', '1', 'wrapped_key'),
        key,
      ),
      store.seal('session', '1', 'client', client),
      expiresAtMs,
    );
    return store;
  }

  /**
   * Opens a stored session for its own principal.
   * @throws GatehouseError `session_unknown` when there is none or the bearer is another's.
   */
  static open(
    storage: DurableObjectStorage,
    keyRing: KeyRing,
    { object, principal, bearer }: Omit<SessionSeed, 'client' | 'expiresAtMs'>,
  ): SessionStore {
    const row = SessionStore.checkBearer(storage, bearer);
    const place = placeOf(object, principal, 'session', '1', 'wrapped_key');
    const findKey = (kid: string) => wrappingKey(keyRing, kid, principal).key;
    return new SessionStore(
      storage,
      object,
      principal,
      unseal(findKey, place, new Uint8Array(row.wrapped_key)),
    );
  }

  /**
   * Finds the stored session and checks that its caller may enter.
   * @throws GatehouseError `session_unknown` when there is none or the bearer is another's.
   */
  static checkBearer(storage: DurableObjectStorage, bearer: Uint8Array): SessionRow {
    const row = readSession(storage.sql);
    if (row && constantTimeEqual(new Uint8Array(row.bearer_hash), sha256(bearer))) return row;
    throw unknownSession();
  }

  /**
   * Has the alarm ring for the next thing that is due: the session's end, or that of a wait for the user. Needs no
   * key. Waits that are overdue were handled, or will be when the session is next opened.
   */
  static async schedule(storage: DurableObjectStorage): Promise<void> {
    const nextMs = nextDeadlineMs(storage.sql, Date.now());
    if (nextMs !== null) await wakeBy(storage, nextMs);
  }

  /** When the stored session ends, or undefined where there is none. Needs no key. */
  static expiresAtMs(storage: DurableObjectStorage): number | undefined {
    return readSession(storage.sql)?.expires_at_ms;
  }

  /** What the client said of itself, and the session's settings. */
  get client(): unknown {
    const row = readSession(this.#storage.sql);
    if (!row) throw unknownSession();
    return this.unseal('session', '1', 'client', row.client);
  }

  set client(value: unknown) {
    this.exec('UPDATE session SET client = ?', this.seal('session', '1', 'client', value));
  }

  extend(expiresAtMs: number): void {
    this.exec('UPDATE session SET expires_at_ms = ?', expiresAtMs);
  }

  /** Runs one statement. Values of sealed columns must come from {@link seal}. */
  exec<Row extends Record<string, SqlStorageValue>>(
    statement: string,
    ...bindings: SqlStorageValue[]
  ): Row[] {
    return this.#storage.sql.exec<Row>(statement, ...bindings).toArray();
  }

  /** Runs several statements as one: all or none. */
  transaction<Result>(work: () => Result): Result {
    return this.#storage.transactionSync(work);
  }

  schedule(): Promise<void> {
    return SessionStore.schedule(this.#storage);
  }

  /** Resolves once everything written so far is durable. */
  sync(): Promise<void> {
    return this.#storage.sync();
  }

  seal(table: string, row: string, column: string, value: unknown): ArrayBuffer {
    return sealJson(this.#key, this.#place(table, row, column), value).buffer;
  }

  unseal<T>(table: string, row: string, column: string, sealed: ArrayBuffer): T {
    const findKey = () => this.#key.key;
    return openJson<T>(findKey, this.#place(table, row, column), new Uint8Array(sealed));
  }

  #place(table: string, row: string, column: string): SealedPlace {
    return placeOf(this.#object, this.#principal, table, row, column);
  }
}

/** What a session is opened with. */
export interface SessionSeed {
  /** The Durable Object's name. */
  readonly object: string;
  readonly principal: Principal;
  readonly bearer: Uint8Array;
  readonly client: unknown;
  readonly expiresAtMs: number;
}

function placeOf(
  object: string,
  principal: Principal,
  table: string,
  row: string,
  column: string,
): SealedPlace {
  const { tenant, subject } = principal;
  return { store: STORE, table, tenant, subject, object, row, column };
}

/** The key that wraps a session's data key. It needs the installation's key, which only a live token carries. */
function wrappingKey(keyRing: KeyRing, kid: string, { tenant, installation }: Principal): SealingKey {
  const context = lengthPrefixed(tenant, installation.id, installation.key);
  return { kid, key: keyRing.derive(kid, 'session-key-wrap', context) };
}
