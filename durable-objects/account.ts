import { DurableObject } from 'cloudflare:workers';
import { OAuthError } from '@cloudflare/workers-oauth-provider';
import type { SealingKey } from '../src/crypto/envelope.ts';
import { type Env, settingsOf } from '../src/env.ts';
import { authorizationServer } from '../src/grants/authorization-server.ts';
import type { Connection, Connections } from '../src/grants/connections.ts';
import {
  type GrantRecord,
  type GrantStore,
  type TokenRequestPlace,
  withGrantStores,
} from '../src/grants/grant-store.ts';
import { grantBound, type OpenSession, type SessionIndex } from '../src/grants/open-sessions.ts';
import type { UserAccess } from '../src/grants/user-access.ts';
import type { UserName } from '../src/grants/user-id.ts';
import type {
  StateOwner,
  StatePage,
  StateQuery,
  StateStore,
  StateWrite,
} from '../src/runtime/server-state.ts';
import { refuseBlockedClient } from './blocked-client.ts';
import { AccountConnections } from './connections.ts';
import { GrantRecords } from './grant-records.ts';
import { Redemptions } from './redemptions.ts';
import { SessionLabels } from './session-labels.ts';
import { SessionRegister } from './session-register.ts';
import { TokenDesk } from './token-desk.ts';
import { type AccountOwner, dataKey, userKey } from './user-key.ts';
import { UserState } from './user-state.ts';

const REVOKED = { description: 'The grant has been revoked. Sign in again.' };

/** One user of one tenant: what belongs to them beyond any session. */
export class Account
  extends DurableObject<Env>
  implements StateStore, GrantStore, SessionIndex, Connections, UserAccess
{
  #userState: UserState | undefined;
  #desk: TokenDesk | undefined;

  async readState(owner: StateOwner, key: string): Promise<string | null> {
    return this.#state(owner).read(owner.server, key);
  }

  async listState(owner: StateOwner, query: StateQuery): Promise<StatePage> {
    return this.#state(owner).list(owner.server, query);
  }

  async writeState(owner: StateOwner, key: string, value: string): Promise<StateWrite> {
    const written = this.#state(owner).write(owner.server, key, value);
    await this.ctx.storage.sync();
    return written;
  }

  async deleteState(owner: StateOwner, key: string): Promise<boolean> {
    const deleted = this.#state(owner).delete(owner.server, key);
    await this.ctx.storage.sync();
    return deleted;
  }

  async readGrant(key: string): Promise<GrantRecord | null> {
    const record = this.#grants.read(key);
    if (record && key.startsWith('token:')) this.#connections.noticeUse(key);
    return record;
  }

  async writeGrant(key: string, record: GrantRecord): Promise<void> {
    // The token endpoint answers with it; anyone else who asks fails.
    if (!this.#connections.write(key, record)) throw new OAuthError('invalid_grant', REVOKED);
    await this.ctx.storage.sync();
  }

  /** Ends a token, or a grant with the whole installation that it belongs to, and what is open by it. */
  async deleteGrant(key: string): Promise<void> {
    const installation = this.#grants.installationOf(key);
    this.#grants.delete(key);
    if (installation !== null && key.startsWith('grant:')) await this.#connections.end(installation);
    else if (installation !== null) await this.#sessions.hangUpAll(installation);
    await this.ctx.storage.sync();
  }

  async listGrants(prefix: string): Promise<{ key: string; metadata: string | null }[]> {
    return this.#grants.list(prefix);
  }

  async openedSession(owner: UserName, session: OpenSession): Promise<boolean> {
    const ttlMs = settingsOf(this.env).SESSION_TTL_SECONDS * 1000;
    const isOpen = this.#connections.openedSession(session, this.#labels(owner), ttlMs);
    await this.ctx.storage.sync();
    return isOpen;
  }

  async usedSession(object: string): Promise<void> {
    this.#sessions.used(object, Date.now());
  }

  async closedSession(object: string): Promise<void> {
    this.#sessions.closed(object);
  }

  async listConnections(owner: UserName): Promise<Connection[]> {
    return this.#connections.list(this.#labels(owner));
  }

  async endInstallation(_owner: UserName, id: string): Promise<boolean> {
    if (!this.#connections.installationsOf().includes(id)) return false;
    await this.#endInstallations([id]);
    return true;
  }

  async endClient(_owner: UserName, client: string): Promise<number> {
    this.#forgetClient(client);
    const ids = this.#connections.installationsOf(client);
    await this.#endInstallations(ids);
    return ids.length;
  }

  async endSession(_owner: UserName, id: string): Promise<boolean> {
    const isEnded = await this.#sessions.end(id, Date.now());
    await this.ctx.storage.sync();
    return isEnded;
  }

  async isProofGood(_provedAtMs: number): Promise<boolean> {
    return true;
  }

  async endUser(_owner: UserName): Promise<void> {
    await this.#endInstallations(this.#connections.installationsOf());
  }

  async suspendUser(owner: UserName): Promise<void> {
    await this.endUser(owner);
  }

  async restoreUser(_owner: UserName): Promise<void> {}

  /** The token and revocation endpoint, for this user's codes and tokens: one request at a time. */
  async serveTokenRequest(request: Request, place: TokenRequestPlace): Promise<Response> {
    const refusal = await refuseBlockedClient(this.env, this.#grants, place.owner, request.clone());
    if (refusal) return refusal;
    this.#desk ??= this.#openDesk(place);
    const response = await this.#desk.serve(request, this.ctx as unknown as ExecutionContext);
    await this.ctx.storage.sync();
    return response;
  }

  async #endInstallations(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map(id => this.#connections.end(id)));
    await this.ctx.storage.sync();
  }

  /** Whatever else is remembered of a client, such as what the user consented to, ends with it. */
  #forgetClient(_client: string): void {}

  get #connections(): AccountConnections {
    return new AccountConnections(this.ctx.storage.sql, this.#grants, this.#sessions);
  }

  get #grants(): GrantRecords {
    return new GrantRecords(this.ctx.storage.sql);
  }

  get #sessions(): SessionRegister {
    return new SessionRegister(this.ctx.storage.sql, object => grantBound(this.env, object));
  }

  #labels(owner: AccountOwner): SessionLabels {
    return new SessionLabels(owner, () => this.#userKey(owner, 'session-label'));
  }

  #openDesk({ owner, site }: TokenRequestPlace): TokenDesk {
    const server = authorizationServer(site, settingsOf(this.env));
    const redemptions = new Redemptions(this.ctx.storage.sql, owner, () =>
      this.#userKey(owner, 'token-answer'),
    );
    return new TokenDesk(
      server,
      withGrantStores(this.env, () => this),
      redemptions,
    );
  }

  /** The key for one use of the user's own key, which is made where there is none yet. */
  #userKey(owner: AccountOwner, use: string): SealingKey {
    return dataKey(userKey(this.ctx.storage.sql, settingsOf(this.env).keyRing, owner), use);
  }

  /** An account is one user's, so whoever the first owner is, all others are the same. */
  #state(owner: StateOwner): UserState {
    const settings = settingsOf(this.env);
    this.#userState ??= new UserState(this.ctx.storage.sql, settings.keyRing, owner, {
      maxValueBytes: settings.STATE_MAX_VALUE_BYTES,
      maxEntries: settings.STATE_MAX_ENTRIES,
      maxTotalBytes: settings.STATE_MAX_TOTAL_BYTES,
    });
    return this.#userState;
  }
}
