import type { Connection } from '../src/grants/connections.ts';
import type { GrantRecord } from '../src/grants/grant-store.ts';
import type { OpenSession } from '../src/grants/open-sessions.ts';
import { type GrantRecords, type GrantShown, installationIn } from './grant-records.ts';
import { InstallationLog } from './installation-log.ts';
import type { SessionLabels } from './session-labels.ts';
import type { SessionRegister } from './session-register.ts';

/** What one user has connected: grants, installations and sessions seen together, and their end. */
export class AccountConnections {
  readonly #log: InstallationLog;
  readonly #grants: GrantRecords;
  readonly #sessions: SessionRegister;

  constructor(sql: SqlStorage, grants: GrantRecords, sessions: SessionRegister) {
    this.#log = new InstallationLog(sql);
    this.#grants = grants;
    this.#sessions = sessions;
  }

  /** Everything that is connected, what was used last first. */
  list(labels: SessionLabels): Connection[] {
    const byInstallation = Map.groupBy(this.#grants.shown(), ({ installationId }) => installationId);
    const connections = [...byInstallation].map(([id, grants]) => this.#connection(id, grants, labels));
    return connections.toSorted((a, b) => recency(b) - recency(a));
  }

  /** The ids of a client's installations, or of all where none is named. */
  installationsOf(client?: string): string[] {
    const grants = this.#grants.shown().filter(grant => client === undefined || grant.client === client);
    return [...new Set(grants.map(({ installationId }) => installationId))];
  }

  /** The client of an installation; null where there is no such installation. */
  clientOf(id: string): string | null {
    return this.#grants.shown().find(({ installationId }) => installationId === id)?.client ?? null;
  }

  /** Notes the use of an access token. */
  noticeUse(key: string): void {
    const installation = this.#grants.installationOf(key);
    if (installation !== null) this.#log.used(installation, Date.now());
  }

  /**
   * Writes a grant or token, unless its installation or grant has ended since the request for it began.
   * @returns false where that is so.
   */
  write(key: string, record: GrantRecord): boolean {
    const isGrant = key.startsWith('grant:');
    const installation = isGrant ? installationIn(record) : this.#grants.installationOf(key);
    const isOver = installation === null ? !isGrant : this.#log.hasEnded(installation);
    if (isOver) return false;
    this.#grants.write(key, record);
    if (isGrant && installation !== null) this.#log.connected(installation, Date.now());
    return true;
  }

  /** @returns false where the installation has ended meanwhile. */
  openedSession(session: OpenSession, labels: SessionLabels, ttlMs: number): boolean {
    if (this.#log.hasEnded(session.installationId)) return false;
    const nowMs = Date.now();
    this.#sessions.forgetUnused(nowMs - ttlMs);
    this.#sessions.opened(session, labels, nowMs);
    return true;
  }

  /** Ends an installation with its grants, tokens and sessions. What is being made of it comes to nothing. */
  async end(id: string): Promise<void> {
    this.#log.ended(id, Date.now());
    for (const key of this.#grants.grantsOf(id)) this.#grants.deleteGrant(key);
    await this.#sessions.endAll(id);
  }

  #connection(id: string, grants: readonly GrantShown[], labels: SessionLabels): Connection {
    const [{ client, resource }] = grants as [GrantShown];
    const times = this.#log.timesOf(id);
    return {
      id,
      client,
      resource,
      scopes: [...new Set(grants.flatMap(({ scopes }) => scopes))],
      connectedAtMs: times?.connectedAtMs ?? Math.min(...grants.map(({ createdAtMs }) => createdAtMs)),
      lastUsedAtMs: times?.usedAtMs ?? null,
      sessions: this.#sessions.list(id, labels),
    };
  }
}

function recency({ lastUsedAtMs, connectedAtMs }: Connection): number {
  return lastUsedAtMs ?? connectedAtMs;
}
