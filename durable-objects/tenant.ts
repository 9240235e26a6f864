import { DurableObject } from 'cloudflare:workers';
import type { ChainList, ListedChain } from '../src/audit/audit-chains.ts';
import type { AuditKeeper, CheckpointState } from '../src/audit/audit-keeper.ts';
import { accountTrailOf } from '../src/audit/audit-trail.ts';
import type { ChainPoint } from '../src/audit/hash-chain.ts';
import { type ListWatch, type ListWatcher, listReaderOf } from '../src/catalog/list-changes.ts';
import { type Env, settingsOf } from '../src/env.ts';
import { reportFault } from '../src/errors.ts';
import { noteClientTenant } from '../src/grants/client-tenants.ts';
import { connectionsOf } from '../src/grants/connections.ts';
import type { Member, PageQuery, TenantClient, TenantClients, TenantMembers } from '../src/grants/tenant.ts';
import { type UserAccess, userAccessOf } from '../src/grants/user-access.ts';
import type { UserName } from '../src/grants/user-id.ts';
import type { Person } from '../src/identity/person.ts';
import type {
  ApprovalAsk,
  ApprovalNeed,
  ApprovalQuery,
  Approvals,
  ApprovalVerdict,
  ApprovalView,
  Approver,
  HeldApproval,
  Taking,
} from '../src/policy/approvals.ts';
import type { PolicyChange, PolicyEntry, PolicyKeeper, PolicyVersion } from '../src/policy/policy-keeper.ts';
import type { Policy } from '../src/policy/rule.ts';
import type { Role } from '../src/principal.ts';
import type { CredentialHolders } from '../src/vault/credential-holders.ts';
import { wakeBy } from './storage/wake.ts';
import { ApprovalRequests } from './tenant/approval-requests.ts';
import { AuditDesk } from './tenant/audit-desk.ts';
import { ChainBook } from './tenant/chain-book.ts';
import { ListNotices } from './tenant/list-notices.ts';
import { NameList } from './tenant/name-list.ts';
import { PolicyDesk, type PolicyDeskParts } from './tenant/policy-desk.ts';
import { PolicyVersions } from './tenant/policy-versions.ts';
import { ClientList, type Unended } from './tenant/tenant-clients.ts';
import { MemberList } from './tenant/tenant-members.ts';

/** How many accounts are told at once. */
const PARALLEL = 16;

/** When to go on with ending blocked clients that could not be ended everywhere, in milliseconds. */
const RESUME_AFTER_MS = 30_000;

/** One organisation: its members, the clients that they have connected, and those that it has blocked. */
export class Tenant
  extends DurableObject<Env>
  implements
    TenantMembers,
    TenantClients,
    CredentialHolders,
    ChainList,
    PolicyKeeper,
    ListWatcher,
    Approvals,
    AuditKeeper
{
  readonly #audit = new AuditDesk(this.env, this.ctx.storage);
  readonly #policyDesk = new PolicyDesk();
  readonly #notices = new ListNotices(this.ctx.storage, object =>
    listReaderOf(this.env, this.ctx.id, object),
  );
  readonly #approvals = new ApprovalRequests({
    storage: this.ctx.storage,
    settings: () => settingsOf(this.env),
    record: (owner, entry) => accountTrailOf(this.env, owner).record(entry),
    nameOf: (tenant, subject) => this.#members.nameOf(tenant, subject),
  });

  async memberSignedIn(person: Person): Promise<void> {
    this.#members.signedIn(person, Date.now());
    await this.ctx.storage.sync();
  }

  async isMember(subject: string): Promise<boolean> {
    return this.#members.has(subject);
  }

  async readMember(tenant: string, subject: string): Promise<Member | null> {
    return this.#members.read(tenant, subject);
  }

  async listMembers(tenant: string, page: PageQuery): Promise<Member[]> {
    return this.#members.list(tenant, page);
  }

  async endMember(member: UserName): Promise<boolean> {
    await this.#approvals.endOf(member.subject);
    return this.#atAccount(member, access => access.endUser(member));
  }

  async suspendMember(member: UserName): Promise<boolean> {
    if (this.#members.has(member.subject)) this.#members.suspend(member.subject, true);
    await this.#approvals.endOf(member.subject);
    return this.#atAccount(member, access => access.suspendUser(member));
  }

  async restoreMember(member: UserName): Promise<boolean> {
    const isKnown = await this.#atAccount(member, access => access.restoreUser(member));
    if (isKnown) this.#members.suspend(member.subject, false);
    await this.ctx.storage.sync();
    return isKnown;
  }

  async clientConnected(
    { tenant, subject }: UserName,
    client: string,
    roles?: readonly Role[],
  ): Promise<boolean> {
    if (!this.#clients.isConnected(client)) await noteClientTenant(this.env.DB, client, tenant);
    if (this.#clients.isBlocked(client)) return false;
    if (roles && !this.#members.has(subject)) this.#members.signedIn({ tenant, subject, roles }, Date.now());
    this.#clients.connected(client, subject, Date.now());
    await this.ctx.storage.sync();
    return true;
  }

  async isClientBlocked(client: string): Promise<boolean> {
    return this.#clients.isBlocked(client);
  }

  async listClients(page: PageQuery): Promise<TenantClient[]> {
    return this.#clients.list(page);
  }

  /** Marks first and ends then: what is connected from now on sees the mark. */
  async blockClient(tenant: string, client: string, by: string): Promise<number> {
    this.#clients.block(tenant, client, by, Date.now());
    await wakeBy(this.ctx.storage, Date.now() + RESUME_AFTER_MS);
    await this.ctx.storage.sync();
    return this.#endAll(this.#clients.unended(client));
  }

  async unblockClient(client: string): Promise<boolean> {
    const wasBlocked = this.#clients.unblock(client);
    await this.ctx.storage.sync();
    return wasBlocked;
  }

  async noteCredentialHolder(subject: string): Promise<void> {
    this.#names('credential_holder').add(subject);
    await this.ctx.storage.sync();
  }

  async listCredentialHolders(page: PageQuery): Promise<string[]> {
    return this.#names('credential_holder').list(page);
  }

  async noteAuditChain(chain: string): Promise<void> {
    this.#chains.add(chain);
    await this.ctx.storage.sync();
  }

  async closeAuditChain(chain: string, head: ChainPoint): Promise<void> {
    this.#chains.close(chain, head);
    await this.ctx.storage.sync();
  }

  keepAudit(tenant: string): Promise<void> {
    return this.#audit.keep(tenant);
  }

  async auditCheckpointState(): Promise<CheckpointState | null> {
    return this.#audit.state();
  }

  async findAuditChain(chain: string): Promise<ListedChain | null> {
    return this.#chains.find(chain);
  }

  async listAuditChains(after: string, limit: number): Promise<ListedChain[]> {
    return this.#chains.list(after, limit);
  }

  async currentPolicy(tenant: string, known: number | null): Promise<PolicyVersion | null> {
    const { current } = this.#policies(tenant);
    return known === current ? null : this.#policies(tenant).read(current);
  }

  savePolicy(change: PolicyChange, policy: Policy): Promise<number> {
    return this.#policyDesk.save(this.#deskParts(change), change, policy);
  }

  rollBackPolicy(change: PolicyChange, earlier: number): Promise<number> {
    return this.#policyDesk.rollBack(this.#deskParts(change), change, earlier);
  }

  async readPolicy(tenant: string, version: number): Promise<PolicyVersion | null> {
    return this.#policies(tenant).read(version);
  }

  async listPolicies(tenant: string, before: number | null, limit: number): Promise<PolicyEntry[]> {
    return this.#policies(tenant).list(before, limit);
  }

  watchLists(object: string): Promise<ListWatch> {
    return this.#notices.watch(object);
  }

  async unwatchLists(object: string, ticket: number): Promise<void> {
    this.#notices.unwatch(object, ticket);
  }

  listsChanged(): Promise<void> {
    return this.#notices.changed();
  }

  takeApprovals(needs: readonly ApprovalNeed[], held: readonly HeldApproval[]): Promise<Taking> {
    return this.#approvals.take(needs, held);
  }

  askApproval(ask: ApprovalAsk): Promise<string> {
    return this.#approvals.ask(ask);
  }

  awaitApproval(id: string, waitMs: number): Promise<boolean> {
    return this.#approvals.isWaiting(id, waitMs);
  }

  decideApproval(approver: Approver, id: string, verdict: ApprovalVerdict): Promise<void> {
    return this.#approvals.decide(approver, id, verdict);
  }

  async findApproval(viewer: Approver, id: string): Promise<ApprovalView | null> {
    return this.#approvals.find(viewer, id);
  }

  async listApprovals(viewer: Approver, query: ApprovalQuery): Promise<ApprovalView[]> {
    return this.#approvals.list(viewer, query);
  }

  withdrawApproval(viewer: Approver, id: string): Promise<boolean> {
    return this.#approvals.withdraw(viewer, id);
  }

  /** Tells streams, forgets approvals that have expired, and goes on with ending what a block was cut short at. */
  override async alarm(): Promise<void> {
    await Promise.all([this.#notices.resume(), this.#approvals.tidy(), this.#goOnEnding()]);
  }

  async #goOnEnding(): Promise<void> {
    const unended = this.#clients.unended();
    if (unended.length === 0) return;
    await wakeBy(this.ctx.storage, Date.now() + RESUME_AFTER_MS);
    await this.#endAll(unended);
  }

  /** @throws where some could not be ended; all were tried. */
  async #endAll(unended: readonly Unended[]): Promise<number> {
    let ended = 0;
    let failed = 0;
    for (let start = 0; start < unended.length; start += PARALLEL) {
      const batch = unended.slice(start, start + PARALLEL);
      const outcomes = await Promise.allSettled(batch.map(each => this.#end(each)));
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') ended += outcome.value;
        else failed++;
      }
    }
    await this.ctx.storage.sync();
    if (failed > 0) throw new Error(`${failed} of ${unended.length} members could not be told yet`);
    return ended;
  }

  async #end(each: Unended): Promise<number> {
    // Unblocked meanwhile: what is left may stay.
    if (!this.#clients.isBlocked(each.client)) return 0;
    try {
      const owner = { tenant: each.tenant, subject: each.subject };
      const ended = await connectionsOf(this.env, owner).endClient(owner, each.client);
      this.#clients.ended(each);
      return ended;
    } catch (error) {
      reportFault('client_not_ended', error);
      throw error;
    }
  }

  /** Does something at the account of a member; false where there is no such member. */
  async #atAccount(member: UserName, act: (access: UserAccess) => Promise<void>): Promise<boolean> {
    if (!this.#members.has(member.subject)) return false;
    await this.ctx.storage.sync();
    await act(userAccessOf(this.env, member));
    return true;
  }

  #policies(tenant: string): PolicyVersions {
    return new PolicyVersions(this.ctx.storage.sql, settingsOf(this.env).keyRing, tenant);
  }

  #deskParts({ author: { tenant } }: PolicyChange): PolicyDeskParts {
    const trailOf = (author: PolicyChange['author']) => accountTrailOf(this.env, author);
    return { versions: this.#policies(tenant), trailOf, announce: () => this.#notices.changed() };
  }

  get #members(): MemberList {
    return new MemberList(this.ctx.storage.sql, settingsOf(this.env).keyRing);
  }

  #names(table: ConstructorParameters<typeof NameList>[1]): NameList {
    return new NameList(this.ctx.storage.sql, table);
  }

  get #chains(): ChainBook {
    return new ChainBook(this.ctx.storage.sql);
  }

  get #clients(): ClientList {
    return new ClientList(this.ctx.storage.sql);
  }
}
