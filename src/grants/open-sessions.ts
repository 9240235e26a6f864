import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { Env } from '../env.ts';
import { objectsBeside } from '../session-key/jurisdiction.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { UserName } from './user-id.ts';

/** What a client calls itself. Its own invention: shown to people, and decides nothing. */
export interface ClientLabel {
  readonly name: string;
  readonly version: string;
}

/** A session object that lives by an installation: a 2025 session, or a home with open streams. */
export interface OpenSession {
  /** The name of its Durable Object. */
  readonly object: string;
  readonly installationId: string;
  /** The MCP endpoint that it was opened at. */
  readonly resource: string;
  /** The revision that it speaks. */
  readonly revision: string;
  /** What the client said of itself at `initialize`; null for a home, whose requests each say it anew. */
  readonly client: ClientLabel | null;
}

/** Knows the sessions of one user; the account object implements it. */
export interface SessionIndex {
  /** @returns false where the installation has ended meanwhile: then the session must end too. */
  openedSession(owner: UserName, session: OpenSession): Promise<boolean>;
  /** A session is in use. Sessions say it at most once per {@link USE_NOTICE_MS}. */
  usedSession(object: string): Promise<void>;
  closedSession(object: string): Promise<void>;
}

/** How often the use of something is written down at most, in milliseconds. */
export const USE_NOTICE_MS = 60_000;

/** Ends what is no longer allowed; the session object implements it. */
export interface GrantBound {
  /** The grants of the installation have ended, or its user ends the session: it and all its streams are gone. */
  endWithGrant(): Promise<void>;
  /** A token has ended: whoever reads must come back with another. */
  hangUp(): Promise<void>;
}

/** The account object of a user, as the index of their sessions. */
export function sessionIndexOf(env: Env, { tenant, subject }: UserName): SessionIndex {
  return accountObject<SessionIndex>(env, { tenant, subject });
}

/** A session object, as something that the end of a grant concerns. @param account the id of the account that it is open at. */
export function grantBound(env: Env, account: DurableObjectId, object: string): GrantBound {
  return objectsBeside(env, env.MCP_SESSION, account).getByName(object) as unknown as GrantBound;
}

const PUBLIC_ID_BYTES = 16;

/** What a session is called outside: object names are addresses, and are told to nobody. */
export function sessionPublicId(object: string): string {
  return toBase64url(sha256(lengthPrefixed('session', object)).subarray(0, PUBLIC_ID_BYTES));
}
