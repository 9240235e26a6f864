import { tableExists } from '../storage/table-exists.ts';

/** The tables of one 2025-era session. Columns of type BLOB are sealed, save `bearer_hash`, which is a digest. */
export const SESSION_SCHEMA = `
  CREATE TABLE IF NOT EXISTS session (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    bearer_hash BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    client BLOB NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS stream (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- NULL while more may be said; then the place in the order of closing.
    closed_order INTEGER,
    -- NULL for the session's own stream.
    request BLOB
  ) STRICT;
  CREATE TABLE IF NOT EXISTS event (
    stream INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    part INTEGER NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (stream, seq, part)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parked (
    stream INTEGER PRIMARY KEY,
    round INTEGER NOT NULL,
    questions INTEGER NOT NULL,
    is_running INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    call BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS answer (
    stream INTEGER NOT NULL,
    question INTEGER NOT NULL,
    response BLOB NOT NULL,
    PRIMARY KEY (stream, question)
  ) STRICT, WITHOUT ROWID;
`;

/** The one row that says what the session is. */
export type SessionRow = {
  bearer_hash: ArrayBuffer;
  wrapped_key: ArrayBuffer;
  client: ArrayBuffer;
  expires_at_ms: number;
};

/** The session of an object's storage; undefined where there is none, or no table either. */
export function readSession(sql: SqlStorage): SessionRow | undefined {
  return tableExists(sql, 'session') ? sql.exec<SessionRow>('SELECT * FROM session').toArray()[0] : undefined;
}

/** When the next thing is due: the session's end, or that of a wait for the user which is not overdue yet. */
export function nextDeadlineMs(sql: SqlStorage, nowMs: number): number | null {
  const statement = `
    SELECT MIN(expires_at_ms) AS next_ms FROM (
      SELECT expires_at_ms FROM session
      UNION ALL SELECT expires_at_ms FROM parked WHERE is_running = 0 AND expires_at_ms > ?)`;
  return sql.exec<{ next_ms: number | null }>(statement, nowMs).one().next_ms;
}
