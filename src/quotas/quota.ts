import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { Env } from '../env.ts';
import type { RuleOf } from '../policy/rule.ts';
import { objectsOf } from '../session-key/jurisdiction.ts';
import type { Demand } from './demand.ts';

/** Whoever or whatever shares one count: a user, a tool, a server or an organisation. */
export interface CountedSubject {
  readonly tenant: string;
  readonly per: RuleOf<'limit'>['per'];
  /** What tells it from others of its kind, in order. */
  readonly name: readonly string[];
}

/** What came of taking from the limits of one subject: from all of them, or from none. */
export type Taking =
  | {
      readonly isTaken: true;
      readonly atMs: number;
      /** What was taken in fact. */
      readonly demands: readonly Demand[];
    }
  | {
      readonly isTaken: false;
      /** The rule or setting that leaves no room. */
      readonly rule: string;
      /** In whole seconds, at least 1; null where waiting does not help. */
      readonly retryAfterSeconds: number | null;
    };

/** Something that is open, and counts until it is ended or its time is over. */
export interface Lease {
  readonly id: string;
  readonly ttlMs: number;
}

/** What takes: a round of a call, or a stream. */
export interface Taker {
  readonly lease: Lease;
  /** Of a later round of a call a name of its own: the first time that it is heard, it is not another call. */
  readonly round: string | null;
}

/** How much of a limit is used. */
export interface Usage {
  readonly rule: string;
  readonly used: number;
}

/** Counts what one subject uses; the quota object implements it. */
export interface Quota {
  take(demands: readonly Demand[], taker: Taker): Promise<Taking>;
  /** Gives back what was taken then, since it is refused elsewhere. */
  giveBack(demands: readonly Demand[], taker: Taker, atMs: number): Promise<void>;
  /** What was open has ended; `more` counts whatever the limits say, such as the bytes of a result. */
  end(demands: readonly Demand[], taker: Taker, more: readonly Demand[]): Promise<void>;
  /** What is open stays so for longer. */
  renew(demands: readonly Demand[], taker: Taker): Promise<void>;
  usage(demands: readonly Demand[]): Promise<Usage[]>;
  /** Forgets what was used of these limits. */
  reset(demands: readonly Demand[]): Promise<void>;
}

/** The object that counts for a subject. Its name outlives key rotations, so it is an unkeyed digest. */
export function quotaOf(env: Env, { tenant, per, name }: CountedSubject): Quota {
  const digest = sha256(lengthPrefixed('quota', tenant, per, ...name));
  return objectsOf(env, env.QUOTA, tenant).getByName(toBase64url(digest)) as unknown as Quota;
}
