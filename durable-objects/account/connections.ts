import { GatehouseError } from '../../src/errors.ts';
import type { Connection } from '../../src/grants/connections.ts';
import type { GrantRecord } from '../../src/grants/grant-store.ts';
import type { OpenSession } from '../../src/grants/open-sessions.ts';
import { type GrantRecords, type GrantShown, installationIn } from './grant-records.ts';
import { InstallationLog } from './installation-log.ts';
import type { SealedRows } from './sealed-rows.ts';
import type { SessionLabels } from './session-labels.ts';
import type { SessionRegister } from './session-register.ts';
import { forgetStanding, type StandingInstallations } from './standing-installations.ts';

/** What one user has connected: grants, installations and sessions seen together, and their end. */
export class AccountConnections {
  readonly #sql: SqlStorage;
  readonly #log: InstallationLog;
  readonly #grants: GrantRecords;
  readonly #sessions: SessionRegister;

  constructor(sql: SqlStorage, grants: GrantRecords, sessions: SessionRegister) {
    this.#sql = sql;
    this.#log = new InstallationLog(sql);
    this.#grants = grants;
    this.#sessions = sessions;
  }

  /** Everything that is connected, what was used last first. */
  list({ labels, standing }: SealedRows): Connection[] {
    const byInstallation = Map.groupBy(this.#shown(standing), ({ installationId }) => installationId);
    const connections = [...byInstallation].map(([id, grants]) => this.#connection(id, grants, labels));
    return connections.toSorted((a, b) => recency(b) - recency(a));
  }

  /** The ids of a client's installations. */
  installationsOf(client: string, { standing }: SealedRows): string[] {
    const grants = this.#shown(standing).filter(grant => grant.client === client);
    return [...new Set(grants.map(({ installationId }) => installationId))];
  }

  /** The client of an installation; null where there is no such installation. */
  clientOf(id: string, { standing }: SealedRows): string | null {
    return this.#shown(standing).find(({ installationId }) => installationId === id)?.client ?? null;
  }

  /** Notes the use of a standing installation, by whatever token it was. */
  noticeStanding(id: string): void {
    this.#log.connected(id, Date.now());
    this.#log.used(id, Date.now());
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

  /**
   * @param maxSessions how many 2025 sessions may be open.
   * @returns false where the installation has ended meanwhile.
   * @throws GatehouseError `quota_exceeded`.
   */
  openedSession(
    session: OpenSession,
    labels: SessionLabels,
    ttlMs: number,
    maxSessions = Number.POSITIVE_INFINITY,
  ): boolean {
    if (this.#log.hasEnded(session.installationId)) return false;
    const nowMs = Date.now();
    this.#sessions.forgetUnused(nowMs - ttlMs);
    if (session.client !== null && this.#sessions.count >= maxSessions) throw tooManySessions(maxSessions);
    this.#sessions.opened(session, labels, nowMs);
    return true;
  }

  /** Ends an installation with its grants, tokens and sessions. What is being made of it comes to nothing. */
  async end(id: string): Promise<void> {
    this.#log.ended(id, Date.now());
    for (const key of this.#grants.grantsOf(id)) this.#grants.deleteGrant(key);
    forgetStanding(this.#sql, id);
    await this.#sessions.endAll(id);
  }

  /** Grants, and the installations that stand without one since their tokens are another's. */
  #shown(standing: StandingInstallations): readonly GrantShown[] {
    const grants = this.#grants.shown();
    const held = new Set(grants.map(({ installationId }) => installationId));
    const bare = standing.list().filter(({ id }) => !held.has(id));
    return [
      ...grants,
      ...bare.map(({ id, ...about }) => ({ installationId: id, ...about, scopes: [], createdAtMs: 0 })),
    ];
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

/** When to look again whether a session has ended, in seconds: nobody knows when one does. */
const LOOK_AGAIN_SECONDS = 60;

function tooManySessions(max: number): GatehouseError {
  return new GatehouseError(
    'quota_exceeded',
    `You have ${max} open sessions already (setting MAX_SESSIONS_PER_USER). End some first.`,
    { code: 'quota_exceeded', rule: 'MAX_SESSIONS_PER_USER', max, retryAfterSeconds: LOOK_AGAIN_SECONDS },
  );
}
