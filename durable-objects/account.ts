import { DurableObject } from 'cloudflare:workers';
import { type Env, settingsOf } from '../src/env.ts';
import { GatehouseError } from '../src/errors.ts';
import type { Consent, ConsentBook, ConsentSubject } from '../src/grants/consents.ts';
import type { GrantRecord, GrantStore, TokenRequestPlace } from '../src/grants/grant-store.ts';
import { grantBound, type OpenSession, type SessionIndex } from '../src/grants/open-sessions.ts';
import type { SignInRegister, UpstreamSignIn } from '../src/grants/sign-in-register.ts';
import type { UserAccess } from '../src/grants/user-access.ts';
import type {
  StateOwner,
  StatePage,
  StateQuery,
  StateStore,
  StateWrite,
} from '../src/runtime/server-state.ts';
import { Consents } from './consents.ts';
import { deskFor } from './desk-for.ts';
import { GrantRecords } from './grant-records.ts';
import { livingGrants } from './living-grants.ts';
import { SealedRows } from './sealed-rows.ts';
import { SessionRegister } from './session-register.ts';
import type { TokenDesk } from './token-desk.ts';
import { UserGate } from './user-gate.ts';
import type { AccountOwner } from './user-key.ts';
import { UserState } from './user-state.ts';

/** One user of one tenant: what belongs to them beyond any session. */
export class Account
  extends DurableObject<Env>
  implements StateStore, GrantStore, ConsentBook, SessionIndex, SignInRegister, UserAccess
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

  /** @throws GatehouseError `sign_in_refused` while the user is suspended, whoever it is that grants. */
  async writeGrant(key: string, record: GrantRecord): Promise<void> {
    if (this.#gate.isSuspended)
      throw new GatehouseError('sign_in_refused', 'The access of this user is suspended.');
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

  recordSignIn(owner: AccountOwner, upstream: UpstreamSignIn | null): Promise<number | null> {
    return this.#gate.recordSignIn(owner, upstream);
  }

  isProofGood(provedAtMs: number): Promise<boolean> {
    return this.#gate.isProofGood(provedAtMs);
  }

  endUser(owner: AccountOwner): Promise<void> {
    return this.#gate.endUser(owner);
  }

  suspendUser(owner: AccountOwner): Promise<void> {
    return this.#gate.suspendUser(owner);
  }

  restoreUser(): Promise<void> {
    return this.#gate.restoreUser();
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

  get #gate(): UserGate {
    return new UserGate({
      storage: this.ctx.storage,
      grants: this.#grants,
      sessions: this.#sessions,
      sealedRows: owner => this.#sealedRows(owner),
      endInstallation: id => this.#endInstallation(id),
    });
  }

  #openDesk(place: TokenRequestPlace): TokenDesk {
    const { owner } = place;
    return deskFor(this.env, place, {
      store: livingGrants(this, this.#grants),
      sealedRows: this.#sealedRows(owner),
      onRedeemed: grant => this.#grants.supersede(grant),
      endUser: () => this.endUser(owner),
    });
  }

  #sealedRows(owner: AccountOwner): SealedRows {
    return new SealedRows(this.ctx.storage.sql, settingsOf(this.env).keyRing, owner);
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
