import type { PageQuery, TenantClient } from '../../src/grants/tenant.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS connected_client (
    client TEXT NOT NULL,
    subject TEXT NOT NULL,
    connected_at_ms INTEGER NOT NULL,
    PRIMARY KEY (client, subject)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS blocked_client (
    client TEXT PRIMARY KEY,
    -- The object does not know its own, and wakes by alarm to end what is left of a client.
    tenant TEXT NOT NULL,
    blocked_by TEXT NOT NULL,
    blocked_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** A member who has connected a client that is blocked: there it has yet to be ended. */
export interface Unended {
  readonly client: string;
  readonly tenant: string;
  readonly subject: string;
}

/**
 * The clients of one organisation: who has connected which, and which are blocked. The connections of a blocked client are
 * those that have yet to be ended; each is forgotten when that is done.
 */
export class ClientList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  connected(client: string, subject: string, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      'INSERT OR IGNORE INTO connected_client (client, subject, connected_at_ms) VALUES (?, ?, ?)',
      client,
      subject,
      nowMs,
    );
  }

  isConnected(client: string): boolean {
    return this.#has('SELECT 1 FROM connected_client WHERE client = ? LIMIT 1', client);
  }

  isBlocked(client: string): boolean {
    return this.#has('SELECT 1 FROM blocked_client WHERE client = ?', client);
  }

  /** Blocks a client. One that is blocked already stays so since when and by whom it was. */
  block(tenant: string, client: string, by: string, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      'INSERT OR IGNORE INTO blocked_client (client, tenant, blocked_by, blocked_at_ms) VALUES (?, ?, ?, ?)',
      client,
      tenant,
      by,
      nowMs,
    );
  }

  /** @returns false where it was not blocked. */
  unblock(client: string): boolean {
    if (!this.isBlocked(client)) return false;
    this.#sql.exec('DELETE FROM blocked_client WHERE client = ?', client);
    return true;
  }

  /** Where blocked clients have yet to be ended; one client's where it is named. */
  unended(client?: string): Unended[] {
    if (!this.#exists()) return [];
    const which = client === undefined ? 'TRUE' : 'client = ?';
    const statement = `SELECT client, tenant, subject FROM connected_client JOIN blocked_client USING (client) WHERE ${which}`;
    return this.#sql
      .exec<{ client: string; tenant: string; subject: string }>(
        statement,
        ...(client === undefined ? [] : [client]),
      )
      .toArray();
  }

  /** A client was ended at a member. Where it was unblocked meanwhile, they may have connected it anew. */
  ended({ client, subject }: Unended): void {
    if (!this.isBlocked(client)) return;
    this.#sql.exec('DELETE FROM connected_client WHERE client = ? AND subject = ?', client, subject);
  }

  list({ after, limit }: PageQuery): TenantClient[] {
    if (!this.#exists()) return [];
    return this.#sql
      .exec<ClientRow>(
        `SELECT client, COUNT(subject) AS members, blocked_by, blocked_at_ms
         FROM (SELECT client FROM connected_client UNION SELECT client FROM blocked_client)
         LEFT JOIN connected_client USING (client) LEFT JOIN blocked_client USING (client)
         WHERE client > ? GROUP BY client ORDER BY client LIMIT ?`,
        after ?? '',
        limit,
      )
      .toArray()
      .map(({ client, members, blocked_by, blocked_at_ms }) => ({
        client,
        members,
        block: blocked_by === null ? null : { by: blocked_by, atMs: blocked_at_ms ?? 0 },
      }));
  }

  #has(statement: string, client: string): boolean {
    return this.#exists() && this.#sql.exec(statement, client).toArray().length > 0;
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'connected_client');
  }
}

type ClientRow = {
  client: string;
  members: number;
  blocked_by: string | null;
  blocked_at_ms: number | null;
};
