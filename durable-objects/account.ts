import { DurableObject } from 'cloudflare:workers';
import { OAuthError } from '@cloudflare/workers-oauth-provider';
import type { ChainRecorder, ChainState } from '../src/audit/audit-chains.ts';
import type { AuditRecorder } from '../src/audit/audit-trail.ts';
import type { AuditEntry } from '../src/audit/event.ts';
import { type Env, settingsOf } from '../src/env.ts';
import type { Connection, Connections } from '../src/grants/connections.ts';
import type { Consent, ConsentBook, ConsentSubject } from '../src/grants/consents.ts';
import type { GrantRecord, GrantStore, TokenRequestPlace } from '../src/grants/grant-store.ts';
import type { IdempotencyKeeper, KeptAnswer, KeyedRequest, KnownRequest } from '../src/grants/idempotency.ts';
import { grantBound, type OpenSession, type SessionIndex } from '../src/grants/open-sessions.ts';
import { clientSource, type Proof } from '../src/grants/proof.ts';
import type { SignInRegister, UpstreamSignIn } from '../src/grants/sign-in-register.ts';
import type { SingleUse, SingleUseToken } from '../src/grants/single-use.ts';
import type { StandingInstallations as StandingKeeper } from '../src/grants/standing-installations.ts';
import type { TokenDelivery, TokenMaker, TokenOrder } from '../src/grants/token-order.ts';
import type { UserAccess } from '../src/grants/user-access.ts';
import type { UserName } from '../src/grants/user-id.ts';
import type { Installation } from '../src/principal.ts';
import type {
  StateOwner,
  StatePage,
  StateQuery,
  StateStore,
  StateWrite,
} from '../src/runtime/server-state.ts';
import type { Connection as ThirdParty } from '../src/vault/connection.ts';
import type { ConnectionWait, ConnectionWaits as WaitKeeper } from '../src/vault/connection-waits.ts';
import type {
  Actor,
  ConnectionWant,
  ConnectionWants,
  WantsAnswer,
  WantsQuestion,
} from '../src/vault/connection-wants.ts';
import type { ConnectionStatus, Credential } from '../src/vault/credential.ts';
import type { CredentialLedger, HeldCredential, RewrapCount } from '../src/vault/credential-ledger.ts';
import { AccessLog } from './account/access-log.ts';
import { refuseBlockedClient } from './account/blocked-client.ts';
import { ConnectionWaits } from './account/connection-waits.ts';
import { WantedConnections } from './account/connection-wants.ts';
import { AccountConnections } from './account/connections.ts';
import { Consents } from './account/consents.ts';
import { AccountCredentials } from './account/credentials.ts';
import { deskFor } from './account/desk-for.ts';
import { GrantRecords } from './account/grant-records.ts';
import { ProofDesk } from './account/proof-desk.ts';
import { SealedRows } from './account/sealed-rows.ts';
import { SessionRegister } from './account/session-register.ts';
import type { TokenDesk } from './account/token-desk.ts';
import { UsedTokens } from './account/used-tokens.ts';
import { UserGate } from './account/user-gate.ts';
import type { AccountOwner } from './account/user-key.ts';
import { UserState } from './account/user-state.ts';
import { accountTrail, deliveryFor } from './audit/account-trail.ts';
import { AuditOutbox } from './audit/audit-outbox.ts';

const REVOKED = { description: 'The grant has been revoked. Sign in again.' };

/** One user of one tenant: what belongs to them beyond any session. */
export class Account
  extends DurableObject<Env>
  implements
    StateStore,
    GrantStore,
    ConsentBook,
    SessionIndex,
    Connections,
    SignInRegister,
    UserAccess,
    TokenMaker,
    SingleUse,
    IdempotencyKeeper,
    StandingKeeper,
    CredentialLedger,
    ConnectionWants,
    WaitKeeper,
    AuditRecorder,
    ChainRecorder
{
  readonly #wants = new WantedConnections(this.ctx.storage.sql);
  readonly #waits = new ConnectionWaits();
  readonly #credentials = new AccountCredentials(this.env, this.ctx, () => this.#gate.isSuspended);
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
    this.#wants.acted(owner.server, Date.now());
    await this.ctx.storage.sync();
    return written;
  }

  async deleteState(owner: StateOwner, key: string): Promise<boolean> {
    const deleted = this.#state(owner).delete(owner.server, key);
    this.#wants.acted(owner.server, Date.now());
    await this.ctx.storage.sync();
    return deleted;
  }

  async readGrant(key: string): Promise<GrantRecord | null> {
    const record = this.#grants.read(key);
    if (record && key.startsWith('token:')) this.#connections.noticeUse(key);
    return record;
  }

  /** @throws OAuthError `invalid_grant` while the user is suspended, whoever it is that grants. */
  async writeGrant(key: string, record: GrantRecord): Promise<void> {
    if (this.#gate.isSuspended)
      throw new OAuthError('invalid_grant', { description: 'The access of this user is suspended.' });
    const isNew = key.startsWith('grant:') && this.#grants.read(key) === null;
    // What cannot be put on record is not written either.
    this.ctx.storage.transactionSync(() => {
      // The token endpoint answers with it; anyone else who asks fails.
      if (!this.#connections.write(key, record)) throw new OAuthError('invalid_grant', REVOKED);
      if (isNew) this.#accessLog.connected(key, record);
    });
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

  async findConsent(subject: ConsentSubject): Promise<Consent | null> {
    return this.#consents.find(subject);
  }

  async rememberConsent(subject: ConsentSubject, consent: Consent, signIn: Proof): Promise<void> {
    if (!this.#gate.isGood(signIn)) return;
    this.#consents.remember(subject, consent, Date.now());
    await this.ctx.storage.sync();
  }

  async installationScopes(installationId: string): Promise<readonly string[] | null> {
    return this.#grants.scopesOf(installationId);
  }

  async openedSession(owner: UserName, session: OpenSession): Promise<boolean> {
    const { SESSION_TTL_SECONDS, MAX_SESSIONS_PER_USER: max } = settingsOf(this.env);
    const { labels } = this.#sealedRows(owner);
    const isOpen = this.#connections.openedSession(session, labels, SESSION_TTL_SECONDS * 1000, max);
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
    return this.#connections.list(this.#sealedRows(owner));
  }

  async endInstallation(owner: UserName, id: string): Promise<boolean> {
    const client = this.#connections.clientOf(id, this.#sealedRows(owner));
    if (client === null) return false;
    this.#accessLog.ended(owner, 'client.ended', id);
    this.#disconnected(client);
    await this.#endInstallations([id]);
    return true;
  }

  async endClient(owner: UserName, client: string): Promise<number> {
    const ids = this.#connections.installationsOf(client, this.#sealedRows(owner));
    if (ids.length > 0) this.#accessLog.ended(owner, 'client.ended', client);
    this.#disconnected(client);
    await this.#endInstallations(ids);
    return ids.length;
  }

  async endSession(_owner: UserName, id: string): Promise<boolean> {
    const isEnded = await this.#sessions.end(id, Date.now());
    await this.ctx.storage.sync();
    return isEnded;
  }

  /** The token and revocation endpoint, for this user's codes and tokens: one request at a time. */
  async serveTokenRequest(request: Request, place: TokenRequestPlace): Promise<Response> {
    const refusal = await refuseBlockedClient(this.env, this.#grants, place.owner, request.clone());
    if (refusal) return refusal;
    this.#desk ??= this.#openDesk(place);
    const ctx = this.ctx as unknown as ExecutionContext;
    const response = await this.#desk.serve(request, place, ctx);
    await this.ctx.storage.sync();
    return response;
  }

  /** The token endpoint for proofs that name this user: client credentials, and assertions. */
  async makeToken(order: TokenOrder): Promise<TokenDelivery> {
    const { standing } = this.#sealedRows(order.owner);
    const desk = new ProofDesk(this.ctx.storage.sql, this.env, this, standing);
    const delivery = await desk.serve(order, this.ctx as unknown as ExecutionContext);
    await this.ctx.storage.sync();
    return delivery;
  }

  async standingInstallation(owner: UserName, client: string, resource: string): Promise<Installation> {
    const installation = this.#sealedRows(owner).standing.of(client, resource);
    this.#connections.noticeStanding(installation.id);
    await this.ctx.storage.sync();
    return installation;
  }

  async useOnce(token: SingleUseToken): Promise<boolean> {
    const isFirst = new UsedTokens(this.ctx.storage.sql).use(token, Date.now());
    await this.ctx.storage.sync();
    return isFirst;
  }

  async beginRequest(owner: UserName, request: KeyedRequest): Promise<KnownRequest> {
    const known = this.#sealedRows(owner).keyedRequests.begin(request, Date.now());
    await this.ctx.storage.sync();
    return known;
  }

  async endRequest(owner: UserName, request: KeyedRequest, answer: KeptAnswer | null): Promise<void> {
    this.#sealedRows(owner).keyedRequests.end(request, answer, Date.now());
    await this.ctx.storage.sync();
  }

  async connectionWanted(want: ConnectionWant): Promise<void> {
    this.#wants.add(want, Date.now());
  }

  async serverActed({ server }: Actor): Promise<void> {
    this.#wants.acted(server, Date.now());
    await this.ctx.storage.sync();
  }

  async wantsSince(question: WantsQuestion): Promise<WantsAnswer> {
    return this.#wants.since(question);
  }

  async awaitConnected(owner: AccountOwner, wait: ConnectionWait): Promise<boolean> {
    const { connection, seenAtMs, waitMs } = wait;
    const isNew = async () => {
      const { state, connectedAtMs } = await this.#credentials.credentialStatus(owner, connection);
      return state === 'connected' && connectedAtMs !== seenAtMs;
    };
    return this.#waits.until(connection.id, isNew, waitMs);
  }

  async recordSignIn(owner: AccountOwner, upstream: UpstreamSignIn | null): Promise<number | null> {
    if (!this.#gate.isSuspended) await this.#accessLog.signedIn(owner, upstream?.provider ?? null);
    return this.#gate.recordSignIn(owner, upstream);
  }

  isProofGood(proof: Proof): Promise<boolean> {
    return this.#gate.isProofGood(proof);
  }

  async endSource(source: string, forgetAtMs: number | null): Promise<void> {
    this.#gate.endSource(source, forgetAtMs);
    await this.ctx.storage.sync();
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

  currentCredential(
    owner: AccountOwner,
    connection: ThirdParty,
    refusedVersion: number | null,
  ): Promise<HeldCredential> {
    return this.#credentials.currentCredential(owner, connection, refusedVersion);
  }

  async keepCredential(owner: AccountOwner, connection: ThirdParty, credential: Credential): Promise<void> {
    await this.#credentials.keepCredential(owner, connection, credential);
    this.#waits.changed(connection.id);
  }

  dropCredential(owner: AccountOwner, connection: ThirdParty): Promise<boolean> {
    return this.#credentials.dropCredential(owner, connection);
  }

  credentialStatus(owner: AccountOwner, connection: ThirdParty): Promise<ConnectionStatus> {
    return this.#credentials.credentialStatus(owner, connection);
  }

  rewrapCredentials(owner: AccountOwner): Promise<RewrapCount> {
    return this.#credentials.rewrapCredentials(owner);
  }

  /** @throws where the user is suspended, for what is put on record before it happens: then it must not. */
  async recordAudit(owner: AccountOwner, entry: AuditEntry): Promise<void> {
    if (entry.kind === 'credential.used' && this.#gate.isSuspended) throw new Error('the user is suspended');
    return accountTrail(this.env, this.ctx.storage, owner).record(entry);
  }

  async auditChainState(chain: string): Promise<ChainState | null> {
    return new AuditOutbox(this.ctx.storage.sql).stateOf(chain);
  }

  /** Does what is due; whoever shares the alarm asks for the next one itself (`storage/wake.ts`). */
  override async alarm(): Promise<void> {
    await Promise.all([this.#credentials.tidy(), deliveryFor(this.env, this.ctx.storage).run()]);
  }

  /** Whoever ends a client does not want it to come back without being asked, nor by a token that it has. */
  #disconnected(client: string): void {
    this.#consents.forget(client);
    this.#gate.endSource(clientSource(client), null);
  }

  async #endInstallations(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map(id => this.#connections.end(id)));
    await this.ctx.storage.sync();
  }

  get #connections(): AccountConnections {
    return new AccountConnections(this.ctx.storage.sql, this.#grants, this.#sessions);
  }

  get #grants(): GrantRecords {
    return new GrantRecords(this.ctx.storage.sql);
  }

  get #consents(): Consents {
    return new Consents(this.ctx.storage.sql);
  }

  get #sessions(): SessionRegister {
    return new SessionRegister(this.ctx.storage.sql, object => grantBound(this.env, this.ctx.id, object));
  }

  get #accessLog(): AccessLog {
    return new AccessLog(this.env, this.ctx.storage);
  }

  get #gate(): UserGate {
    return new UserGate({
      storage: this.ctx.storage,
      grants: this.#grants,
      sessions: this.#sessions,
      sealedRows: owner => this.#sealedRows(owner),
      consents: this.#consents,
      endInstallation: id => this.#connections.end(id),
      dropCredentials: owner => this.#credentials.dropAll(owner),
    });
  }

  #openDesk(place: TokenRequestPlace): TokenDesk {
    const { owner } = place;
    return deskFor(this.env, place, {
      store: this,
      sealedRows: this.#sealedRows(owner),
      onRedeemed: grant => this.#grants.supersede(grant),
      endUser: () => {
        this.#accessLog.ended(owner, 'user.ended', owner.subject);
        return this.endUser(owner);
      },
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
