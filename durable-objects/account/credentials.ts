import type { Env } from '../../src/env.ts';
import { GatehouseError } from '../../src/errors.ts';
import type { UserName } from '../../src/grants/user-id.ts';
import type { Connection } from '../../src/vault/connection.ts';
import type { ConnectionStatus, Credential } from '../../src/vault/credential.ts';
import { credentialHoldersOf } from '../../src/vault/credential-holders.ts';
import type { CredentialLedger, HeldCredential, RewrapCount } from '../../src/vault/credential-ledger.ts';
import { recordStoreOf } from '../../src/vault/record-store.ts';
import type { CredentialDesk } from './credential-desk.ts';
import { credentialDeskFor } from './credential-desk-for.ts';
import { RecordPublisher } from './record-publisher.ts';

const ENDED = 'The access of this user has ended. Sign in again, and connect again then.';

/** What an account answers about its owner's credentials at third parties. One for the life of the object. */
export class AccountCredentials implements CredentialLedger {
  readonly #env: Env;
  readonly #ctx: DurableObjectState;
  readonly #isSuspended: () => boolean;
  readonly #publisher: RecordPublisher;
  #opened: CredentialDesk | undefined;

  constructor(env: Env, ctx: DurableObjectState, isSuspended: () => boolean) {
    this.#env = env;
    this.#ctx = ctx;
    this.#isSuspended = isSuspended;
    this.#publisher = new RecordPublisher(ctx.storage, recordStoreOf(env));
  }

  async currentCredential(
    owner: UserName,
    connection: Connection,
    refusedVersion: number | null,
  ): Promise<HeldCredential> {
    return this.#desk(owner).current(connection, refusedVersion);
  }

  /** @throws GatehouseError `sign_in_refused` where all access of the owner has ended, be it while this was under way. */
  async keepCredential(owner: UserName, connection: Connection, credential: Credential): Promise<void> {
    const { tenant, subject } = owner;
    const note = () => credentialHoldersOf(this.#env, tenant).noteCredentialHolder(subject);
    const isKept = !this.#isSuspended() && (await this.#desk(owner).keep(connection, credential, note));
    if (!isKept) throw new GatehouseError('sign_in_refused', ENDED);
  }

  async dropCredential(owner: UserName, connection: Connection): Promise<boolean> {
    return this.#desk(owner).drop(connection);
  }

  async credentialStatus(owner: UserName, connection: Connection): Promise<ConnectionStatus> {
    return this.#desk(owner).status(connection);
  }

  async rewrapCredentials(owner: UserName): Promise<RewrapCount> {
    return this.#desk(owner).rewrap();
  }

  /** All access of the owner has ended: their credentials are gone in this turn, and in KV once this resolves. */
  dropAll(owner: UserName): Promise<void> {
    return this.#desk(owner).dropAll('access-ended');
  }

  /** To be called by each alarm: does what is due in KV. */
  tidy(): Promise<void> {
    return this.#publisher.run();
  }

  /** One for the life of the object: that is what makes a refresh the only one. */
  #desk(owner: UserName): CredentialDesk {
    this.#opened ??= credentialDeskFor(this.#env, this.#ctx, this.#publisher, owner);
    return this.#opened;
  }
}
