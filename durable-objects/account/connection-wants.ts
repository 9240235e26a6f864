import type { ConnectionWant, Wanted, WantsAnswer, WantsQuestion } from '../../src/vault/connection-wants.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS server_act (
    server TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** The most that is remembered of one user; the oldest are forgotten first. */
const MAX_WANTS = 100;

/** Whoever asks has a clock of their own: what was done shortly before may have been done since. */
const CLOCK_SKEW_MS = 500;

type Want = Wanted & Pick<ConnectionWant, 'server'>;

interface DatedWant extends Want {
  readonly atMs: number;
}

/**
 * Which connections a user's tools needed lately, and when servers last acted for them. Wants are in memory: who asks for
 * them does so within the tool's call. Acts are stored, since to forget one would have it done twice.
 */
export class WantedConnections {
  readonly #sql: SqlStorage;
  #wants: readonly DatedWant[] = [];

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add({ server, connection, reason, scopes }: Want, nowMs: number): void {
    const others = this.#wants.filter(want => want.server !== server || want.connection !== connection);
    this.#wants = [...others, { server, connection, reason, scopes, atMs: nowMs }].slice(-MAX_WANTS);
  }

  /** Notes that a server did something that must not be done twice. */
  acted(server: string, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('INSERT OR REPLACE INTO server_act (server, at_ms) VALUES (?, ?)', server, nowMs);
  }

  /** What a server needed since a time. Several calls may have needed the same, so nothing is forgotten. */
  since({ server, sinceMs }: Pick<WantsQuestion, 'server' | 'sinceMs'>): WantsAnswer {
    const wants = this.#wants.filter(want => want.server === server && want.atMs >= sinceMs);
    return {
      wants: wants.map(({ connection, reason, scopes }) => ({ connection, reason, scopes })),
      mayHaveActed: this.#actedAtMs(server) >= sinceMs - CLOCK_SKEW_MS,
    };
  }

  #actedAtMs(server: string): number {
    if (!tableExists(this.#sql, 'server_act')) return Number.NEGATIVE_INFINITY;
    const [row] = this.#sql
      .exec<{ at_ms: number }>('SELECT at_ms FROM server_act WHERE server = ?', server)
      .toArray();
    return row?.at_ms ?? Number.NEGATIVE_INFINITY;
  }
}
