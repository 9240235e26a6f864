import type { Consent, ConsentSubject } from '../../src/grants/consents.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS consent (
    client TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    resource TEXT NOT NULL,
    asked TEXT NOT NULL,
    granted TEXT NOT NULL,
    given_at_ms INTEGER NOT NULL,
    PRIMARY KEY (client, redirect_uri, resource)
  ) STRICT, WITHOUT ROWID;
`;

/** What one user has consented to: per client, redirect URI and resource what they said last. */
export class Consents {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The consent to something; null where there is none. */
  find({ client, redirectUri, resource }: ConsentSubject): Consent | null {
    if (!tableExists(this.#sql, 'consent')) return null;
    const [row] = this.#sql
      .exec<{ asked: string; granted: string }>(
        'SELECT asked, granted FROM consent WHERE client = ? AND redirect_uri = ? AND resource = ?',
        client,
        redirectUri,
        resource,
      )
      .toArray();
    return row ? { asked: row.asked.split(' '), granted: row.granted.split(' ') } : null;
  }

  remember(
    { client, redirectUri, resource }: ConsentSubject,
    { asked, granted }: Consent,
    nowMs: number,
  ): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      'INSERT OR REPLACE INTO consent (client, redirect_uri, resource, asked, granted, given_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
      client,
      redirectUri,
      resource,
      asked.join(' '),
      granted.join(' '),
      nowMs,
    );
  }

  /** Forgets every consent. */
  clear(): void {
    if (tableExists(this.#sql, 'consent')) this.#sql.exec('DELETE FROM consent');
  }

  /** Forgets every consent to a client, so that it is asked for anew. */
  forget(client: string): void {
    if (tableExists(this.#sql, 'consent')) this.#sql.exec('DELETE FROM consent WHERE client = ?', client);
  }
}
