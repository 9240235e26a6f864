import type { Env } from '../env.ts';
import type { UserName } from '../grants/user-id.ts';
import { withOwnErrors } from '../session-key/object-stub.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStatus, Credential } from './credential.ts';

/** Which record holds a credential now, after it was refreshed where that was due; or why there is none. */
export type HeldCredential =
  | {
      readonly kind: 'ready';
      readonly version: number;
      /** The sealed record itself while KV may not serve it everywhere yet; null once it is only there. */
      readonly record: string | null;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'dead' }
  /** A refresh is needed, and cannot be had right now. */
  | { readonly kind: 'unavailable' }
  /** What is stored fails a check. */
  | { readonly kind: 'unreadable' };

/** How far records of one owner are under the current key. */
export interface RewrapCount {
  /** How many were sealed anew this time. */
  readonly rewrapped: number;
  /** How many are still stored under another key; zero proves that none is left. */
  readonly remaining: number;
}

/**
 * The credentials of one owner: which version of each counts, and their refresh. The owner's account object implements
 * it. `owner` is always the one whose account is asked.
 */
export interface CredentialLedger {
  /** @param refusedVersion the version that a third party has just refused; null where none was. */
  currentCredential(
    owner: UserName,
    connection: Connection,
    refusedVersion: number | null,
  ): Promise<HeldCredential>;
  /** Stores a credential in place of an earlier one. It is durable once this resolves. */
  keepCredential(owner: UserName, connection: Connection, credential: Credential): Promise<void>;
  /** Deletes a credential here, and tries to have it revoked at the third party. @returns false where there was none. */
  dropCredential(owner: UserName, connection: Connection): Promise<boolean>;
  credentialStatus(owner: UserName, connection: Connection): Promise<ConnectionStatus>;
  /** Seals anew, under the current key, what is under another. What it is cut short at, the next call goes on with. */
  rewrapCredentials(owner: UserName): Promise<RewrapCount>;
}

/** The account object of an owner, as the keeper of their credentials. */
export function credentialLedgerOf(env: Env, { tenant, subject }: UserName): CredentialLedger {
  return withOwnErrors(accountObject<CredentialLedger>(env, { tenant, subject }));
}
