import type { Proof } from '../../src/grants/proof.ts';
import type { SignInRegister, UpstreamSignIn } from '../../src/grants/sign-in-register.ts';
import type { UserAccess } from '../../src/grants/user-access.ts';
import type { Consents } from './consents.ts';
import { EndedSources } from './ended-sources.ts';
import type { GrantRecords } from './grant-records.ts';
import type { SealedRows } from './sealed-rows.ts';
import type { SessionRegister } from './session-register.ts';
import { standingIds } from './standing-installations.ts';
import { UserAccessRecord } from './user-access.ts';
import type { AccountOwner } from './user-key.ts';

/** What of an account gives access. */
export interface GateParts {
  readonly storage: DurableObjectStorage;
  readonly grants: GrantRecords;
  readonly sessions: SessionRegister;
  readonly consents: Consents;
  readonly sealedRows: (owner: AccountOwner) => SealedRows;
  /** Ends an installation with its sessions; returns once they were told. */
  readonly endInstallation: (id: string) => Promise<void>;
  /** Takes away what the user has at third parties: here in this turn, elsewhere once it resolves. */
  readonly dropCredentials: (owner: AccountOwner) => Promise<void>;
}

/** The gate to one user's access: who comes in by which sign-in, and what ends when they no longer may. */
export class UserGate implements Omit<UserAccess, 'endSource'>, SignInRegister {
  readonly #parts: GateParts;
  readonly #access: UserAccessRecord;
  readonly #ended: EndedSources;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#access = new UserAccessRecord(parts.storage.sql);
    this.#ended = new EndedSources(parts.storage.sql);
  }

  get isSuspended(): boolean {
    return this.#access.isSuspended;
  }

  async recordSignIn(owner: AccountOwner, upstream: UpstreamSignIn | null): Promise<number | null> {
    const signedInAtMs = this.#access.signInTime(Date.now());
    if (signedInAtMs === null) return null;
    const { storage, sealedRows } = this.#parts;
    if (upstream) sealedRows(owner).upstream.signedIn(upstream, signedInAtMs);
    await storage.sync();
    return signedInAtMs;
  }

  async isProofGood(proof: Proof): Promise<boolean> {
    return this.isGood(proof);
  }

  /** The same, in this turn. */
  isGood(proof: Proof): boolean {
    return this.#access.isProofGood(proof, Date.now(), this.#ended.endedAtMs(proof.source));
  }

  /** Ends what proofs belong to, in this turn. It is durable with the next sync. */
  endSource(source: string, forgetAtMs: number | null): void {
    this.#ended.end(source, Date.now(), forgetAtMs);
  }

  async endUser(owner: AccountOwner): Promise<void> {
    this.#access.end(Date.now());
    await this.#endEverything(owner);
  }

  async suspendUser(owner: AccountOwner): Promise<void> {
    this.#access.suspend(Date.now());
    await this.#endEverything(owner);
  }

  async restoreUser(): Promise<void> {
    this.#access.restore();
    await this.#parts.storage.sync();
  }

  /** What gives access ends in this turn; then all sessions are told at the same time. */
  async #endEverything(owner: AccountOwner): Promise<void> {
    const { storage, grants, sessions, consents, sealedRows, endInstallation, dropCredentials } = this.#parts;
    const standing = standingIds(storage.sql);
    const installations = new Set([...grants.installations(), ...sessions.installations(), ...standing]);
    const { upstream, redemptions } = sealedRows(owner);
    upstream.delete();
    redemptions.forgetAll();
    grants.clear();
    consents.clear();
    const ends = await Promise.allSettled([
      dropCredentials(owner),
      ...[...installations].map(endInstallation),
    ]);
    await storage.sync();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}
