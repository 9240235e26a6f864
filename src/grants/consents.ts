import type { Env } from '../env.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { Proof } from './proof.ts';
import type { UserName } from './user-id.ts';

/** What a consent is about: a client, where its access goes, and what it is for. */
export interface ConsentSubject {
  readonly client: string;
  /** Without its port where it is on loopback. */
  readonly redirectUri: string;
  readonly resource: string;
}

/** What a consent to an authorization request is about. Native apps listen on another port each time (RFC 8252, 7.3). */
export function consentSubject(client: string, redirectUri: string, resource: string): ConsentSubject {
  const url = new URL(redirectUri);
  // The authorization server takes http on loopback only.
  if (url.protocol === 'http:') url.port = '';
  return { client, redirectUri: url.href, resource };
}

/** What a person said to a client that asked for some scopes. */
export interface Consent {
  readonly asked: readonly string[];
  /** May be more or less than was asked. */
  readonly granted: readonly string[];
}

/** Remembers what one user has consented to; the account object implements it. */
export interface ConsentBook {
  /** The last consent; null where there is none. */
  findConsent(subject: ConsentSubject): Promise<Consent | null>;
  /**
   * Remembers a consent in place of an earlier one.
   * @param signIn the sign-in by which it was given: where it no longer counts, nothing is remembered.
   */
  rememberConsent(subject: ConsentSubject, consent: Consent, signIn: Proof): Promise<void>;
  /** The scopes of the grants that an installation lives by; null where it has ended. */
  installationScopes(installationId: string): Promise<readonly string[] | null>;
}

/** The account object of a user, as the book of their consents. */
export function consentBookOf(env: Env, { tenant, subject }: UserName): ConsentBook {
  return accountObject<ConsentBook>(env, { tenant, subject });
}
