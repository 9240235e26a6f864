import { DurableObject } from 'cloudflare:workers';
import type { SealingKey } from '../src/crypto/envelope.ts';
import { type Env, settingsOf } from '../src/env.ts';
import { authorizationServer } from '../src/grants/authorization-server.ts';
import type { Consent, ConsentBook, ConsentSubject } from '../src/grants/consents.ts';
import {
  type GrantRecord,
  type GrantStore,
  type TokenRequestPlace,
  withGrantStores,
} from '../src/grants/grant-store.ts';
import { grantBound, type OpenSession, type SessionIndex } from '../src/grants/open-sessions.ts';
import type {
  StateOwner,
  StatePage,
  StateQuery,
  StateStore,
  StateWrite,
} from '../src/runtime/server-state.ts';
import { Consents } from './consents.ts';
import { GrantRecords } from './grant-records.ts';
import { Redemptions } from './redemptions.ts';
import { SessionRegister } from './session-register.ts';
import { TokenDesk } from './token-desk.ts';
import { type AccountOwner, dataKey, userKey } from './user-key.ts';
import { UserState } from './user-state.ts';

/** One user of one tenant: what belongs to them beyond any session. */
export class Account extends DurableObject<Env> implements StateStore, GrantStore, ConsentBook, SessionIndex {
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

  async findConsent(subject: ConsentSubject): Promise<Consent | null> {
    return this.#consents.find(subject);
  }

  async rememberConsent(subject: ConsentSubject, consent: Consent): Promise<void> {
    this.#consents.remember(subject, consent, Date.now());
    await this.ctx.storage.sync();
  }

  async installationScopes(installationId: string): Promise<readonly string[] | null> {
    return this.#grants.scopesOf(installationId);
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
    const response = await this.#desk.serve(request, this.ctx as unknown as ExecutionContext);
    await this.ctx.storage.sync();
    return response;
  }

  async #endInstallation(id: string): Promise<void> {
    for (const key of this.#grants.grantsOf(id)) this.#grants.deleteGrant(key);
    await this.#sessions.endAll(id);
  }

  get #grants(): GrantRecords {
    return new GrantRecords(this.ctx.storage.sql);
  }

  get #consents(): Consents {
    return new Consents(this.ctx.storage.sql);
  }

  get #sessions(): SessionRegister {
    return new SessionRegister(this.ctx.storage.sql, object => grantBound(this.env, object));
  }

  #openDesk({ owner, site }: TokenRequestPlace): TokenDesk {
    const server = authorizationServer(site, settingsOf(this.env));
    const redemptions = new Redemptions(this.ctx.storage.sql, owner, () => this.#answerKey(owner));
    return new TokenDesk(
      server,
      withGrantStores(this.env, () => this),
      redemptions,
      grant => this.#grants.supersede(grant),
    );
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
