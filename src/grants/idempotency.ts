import type { Env } from '../env.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { UserName } from './user-id.ts';

/** How long the answer to a request is kept by its key, in milliseconds. */
export const IDEMPOTENCY_TTL_MS = 24 * 60 * 60 * 1000;

/** An answer as it is kept, and given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A request that may come more than once, and is to be carried out once. */
export interface KeyedRequest {
  /** A digest of the key and of the client that chose it. */
  readonly key: string;
  /** A digest of all that the request asks for. */
  readonly request: string;
}

/**
 * What is known of a request. `unknown`: it was begun so long ago that whoever carried it out must have died, so it may have
 * been carried out or not. `large`: it was, and its answer was too large to be kept.
 */
export type KnownRequest =
  | { readonly state: 'new' | 'running' | 'unknown' | 'other' | 'large' | 'full' }
  | { readonly state: 'answered'; readonly answer: KeptAnswer };

/** Remembers what requests with an idempotency key came to; the account object implements it. */
export interface IdempotencyKeeper {
  /** Begins a request, where it is `new`: of many at the same moment, one is told so. */
  beginRequest(owner: UserName, request: KeyedRequest): Promise<KnownRequest>;
  /** Keeps what a request that was begun came to; null where nothing was done, so that it may come again. */
  endRequest(owner: UserName, request: KeyedRequest, answer: KeptAnswer | null): Promise<void>;
}

/** The account object of a user, as what remembers their requests. */
export function idempotencyOf(env: Env, { tenant, subject }: UserName): IdempotencyKeeper {
  return accountObject<IdempotencyKeeper>(env, { tenant, subject });
}
