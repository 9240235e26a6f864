import type { UserName } from '../grants/user-id.ts';
import type { Connection } from './connection.ts';

/** A third party's credential in the clear. It exists only while it is stored, refreshed or put into a request. */
export type Credential =
  | {
      readonly kind: 'oauth2';
      readonly accessToken: string;
      readonly refreshToken: string | null;
      /** Unix time in milliseconds; null where the token does not say. */
      readonly expiresAtMs: number | null;
      readonly scopes: readonly string[];
    }
  | { readonly kind: 'secret'; readonly value: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string };

/** A credential that tokens were given out for. */
export type OAuthCredential = Extract<Credential, { kind: 'oauth2' }>;

/** Whose credential is wanted, and for what. */
export interface CredentialQuestion {
  /** The user on whose behalf a tool runs. */
  readonly user: UserName;
  /** The server whose tool it is. */
  readonly server: string;
  readonly connection: Connection;
  /** The version that a third party has just refused (401); the answer is a newer one, or none. */
  readonly refusedVersion?: number;
}

/** A credential to use, or why there is none. */
export type CredentialAnswer =
  | { readonly kind: 'ready'; readonly credential: Credential; readonly version: number }
  /** Nobody has connected it yet. */
  | { readonly kind: 'missing' }
  /** It is there and no longer good; its owner has to connect again. */
  | { readonly kind: 'dead' };

/** Gives out credentials to the egress, and to nothing else. */
export interface CredentialSource {
  /** @throws where the credential cannot be had right now, or fails a check: then it is not used. */
  credentialFor(question: CredentialQuestion): Promise<CredentialAnswer>;
}

/** Keeps credentials for their owners. `server` is needed for a connection that servers own, and for no other. */
export interface CredentialKeeper {
  /** Stores a credential in place of an earlier one. It is durable once this resolves. */
  keepCredential(
    user: UserName,
    connection: Connection,
    credential: Credential,
    server?: string | null,
  ): Promise<void>;
  /** @returns false where there was none. */
  dropCredential(user: UserName, connection: Connection, server?: string | null): Promise<boolean>;
  /** How a connection stands for a user, without looking at the credential. */
  connectionStatus(user: UserName, connection: Connection, server?: string | null): Promise<ConnectionStatus>;
}

/** How a connection stands. Times are Unix times in milliseconds. */
export interface ConnectionStatus {
  readonly state: 'connected' | 'missing' | 'dead';
  readonly connectedAtMs: number | null;
  readonly expiresAtMs: number | null;
}
