import { DurableObject } from 'cloudflare:workers';
import type { SealingKey } from '../src/crypto/envelope.ts';
import { type Env, settingsOf } from '../src/env.ts';
import { authorizationServer } from '../src/grants/authorization-server.ts';
import type { ProvenClient } from '../src/grants/clients/client-overlay.ts';
import {
  type GrantRecord,
  type GrantStore,
  type TokenRequestPlace,
  withGrantStores,
} from '../src/grants/grant-store.ts';
import { grantBound, type OpenSession, type SessionIndex } from '../src/grants/open-sessions.ts';
import type { SingleUse, SingleUseToken } from '../src/grants/single-use.ts';
import type { StandingInstallations as StandingKeeper } from '../src/grants/standing-installations.ts';
import type { TokenDelivery, TokenMaker, TokenOrder } from '../src/grants/token-order.ts';
import type { UserName } from '../src/grants/user-id.ts';
import type { Installation } from '../src/principal.ts';
import type {
  StateOwner,
  StatePage,
  StateQuery,
  StateStore,
  StateWrite,
} from '../src/runtime/server-state.ts';
import { GrantRecords } from './grant-records.ts';
import { ProofDesk } from './proof-desk.ts';
import { Redemptions } from './redemptions.ts';
import { SessionRegister } from './session-register.ts';
import { forgetStanding, StandingInstallations } from './standing-installations.ts';
import { TokenDesk } from './token-desk.ts';
import { UsedTokens } from './used-tokens.ts';
import { type AccountOwner, dataKey, userKey } from './user-key.ts';
import { UserState } from './user-state.ts';

/** One user of one tenant: what belongs to them beyond any session. */
export class Account
  extends DurableObject<Env>
  implements StateStore, GrantStore, SessionIndex, TokenMaker, SingleUse, StandingKeeper
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
    return this.#grants.read(key);
  }

  async writeGrant(key: string, record: GrantRecord): Promise<void> {
    this.#grants.write(key, record);
    await this.ctx.storage.sync();
  }

  /** Ends a token, or a grant with the whole installation that it belongs to, and what is open by it. */
  async deleteGrant(key: string): Promise<void> {
    const installation = this.#grants.installationOf(key);
    this.#grants.delete(key);
    if (installation !== null && key.startsWith('grant:')) await this.#endInstallation(installation);
    else if (installation !== null) await this.#sessions.hangUpAll(installation);
    await this.ctx.storage.sync();
  }

  async listGrants(prefix: string): Promise<{ key: string; metadata: string | null }[]> {
    return this.#grants.list(prefix);
  }

  async openedSession(session: OpenSession): Promise<void> {
    this.#sessions.opened(session);
    await this.ctx.storage.sync();
  }

  async closedSession(object: string): Promise<void> {
    this.#sessions.closed(object);
  }

  /** The token and revocation endpoint, for this user's codes and tokens: one request at a time. */
  async serveTokenRequest(request: Request, place: TokenRequestPlace): Promise<Response> {
    this.#desk ??= this.#openDesk(place);
    const ctx = this.ctx as unknown as ExecutionContext;
    const response = await this.#desk.serve(request, place.proven, ctx);
    await this.ctx.storage.sync();
    return response;
  }

  /** The token endpoint for proofs that name this user: client credentials, and assertions. */
  async makeToken(order: TokenOrder): Promise<TokenDelivery> {
    const desk = new ProofDesk(this.ctx.storage.sql, this.env, this, this.#standing(order.owner));
    const delivery = await desk.serve(order, this.ctx as unknown as ExecutionContext);
    await this.ctx.storage.sync();
    return delivery;
  }

  async standingInstallation(owner: UserName, client: string, resource: string): Promise<Installation> {
    const installation = this.#standing(owner).of(client, resource);
    await this.ctx.storage.sync();
    return installation;
  }

  async useOnce(token: SingleUseToken): Promise<boolean> {
    const isFirst = new UsedTokens(this.ctx.storage.sql).use(token, Date.now());
    await this.ctx.storage.sync();
    return isFirst;
  }

  // MERGE: replaced by the account's own record of ended and suspended access.
  async isProofGood(_provedAtMs: number): Promise<boolean> {
    return true;
  }

  async #endInstallation(id: string): Promise<void> {
    for (const key of this.#grants.grantsOf(id)) this.#grants.deleteGrant(key);
    forgetStanding(this.ctx.storage.sql, id);
    await this.#sessions.endAll(id);
  }

  #standing(owner: AccountOwner): StandingInstallations {
    const { keyRing } = settingsOf(this.env);
    const { sql } = this.ctx.storage;
    const key = () => dataKey(userKey(sql, keyRing, owner), 'standing-installation');
    return new StandingInstallations(sql, owner, key);
  }

  get #grants(): GrantRecords {
    return new GrantRecords(this.ctx.storage.sql);
  }

  get #sessions(): SessionRegister {
    return new SessionRegister(this.ctx.storage.sql, object => grantBound(this.env, object));
  }

  #openDesk({ owner, site }: TokenRequestPlace): TokenDesk {
    const server = authorizationServer(site, settingsOf(this.env));
    const redemptions = new Redemptions(this.ctx.storage.sql, owner, () => this.#answerKey(owner));
    const envFor = (proven: ProvenClient | null) => withGrantStores(this.env, () => this, proven);
    return new TokenDesk(server, envFor, redemptions);
  }

  /** Seals the answers of the token endpoint, which hold live tokens. */
  #answerKey(owner: AccountOwner): SealingKey {
    const { keyRing } = settingsOf(this.env);
    return dataKey(userKey(this.ctx.storage.sql, keyRing, owner), 'token-answer');
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
