import type { Env } from '../env.ts';
import type { Role } from '../principal.ts';
import { withOwnErrors } from '../session-key/object-stub.ts';
import { tenantObject } from '../session-key/tenant-objects.ts';
import type { RuleOf } from './rule.ts';

/** How far an approval reaches: one call, or calls with any arguments in one session, or for a while. */
export type ApprovalScope = 'once' | 'session' | 'period';

/** `used`: it was for one call, which was made. Withdrawn and expired ones are gone. */
export type ApprovalState = 'asked' | 'given' | 'refused' | 'used';

/** Somebody of an organisation, and the installation of a client that calls for them. */
export interface Asker {
  readonly tenant: string;
  readonly subject: string;
  readonly client: string;
  /** The id of the client's installation. */
  readonly installation: string;
}

/**
 * What a call needs to be approved for, and by what it is known: a digest (SHA-256, base64url) for each scope, over everything that an
 * approval of that scope is bound to. See `approvalDigests`.
 */
export interface ApprovalNeed {
  readonly asker: Asker;
  readonly digests: Readonly<Record<ApprovalScope, string>>;
  readonly rule: RuleOf<'approve'>;
}

/** A need, with all that whoever decides has to see. */
export interface ApprovalAsk extends ApprovalNeed {
  /** What the client calls itself; it is the client's own invention. */
  readonly clientName: string | null;
  readonly server: string;
  readonly kind: 'tool' | 'prompt' | 'resource';
  /** The server's own name of what is called. */
  readonly name: string;
  /** Of the tool's definition, SHA-256 in base64url; empty where there is none. */
  readonly definitionHash: string;
  /** As JSON. */
  readonly arguments: string;
  readonly policyVersion: number;
  /** How long it may wait for whoever decides. */
  readonly ttlSeconds: number;
}

/** An approval that a call in rounds goes on by: good for the next round only. */
export interface HeldApproval {
  readonly id: string;
  /** How many rounds were begun by it. */
  readonly uses: number;
}

/** What came of taking the approvals of a call: all of them, or none. */
export type Taking =
  | { readonly kind: 'taken'; readonly ids: readonly string[]; readonly held: readonly HeldApproval[] }
  /** The need of this place in the list is not approved. */
  | { readonly kind: 'missing'; readonly at: number }
  | { readonly kind: 'refused'; readonly at: number; readonly id: string; readonly reason: string };

/** Somebody who looks at approvals or decides. */
export interface Approver {
  readonly tenant: string;
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  /** The client by whose token they do it; null at a page of ours, and where the question is answered in the session itself. */
  readonly client: string | null;
}

/** What was decided. */
export interface ApprovalVerdict {
  readonly decision: ApprovalScope | 'refuse';
  /** For whoever asked; empty where none was given. */
  readonly reason: string;
}

/** An approval as whoever may see it sees it. Times are Unix times in milliseconds. */
export interface ApprovalView extends Omit<ApprovalAsk, 'digests' | 'ttlSeconds'> {
  readonly id: string;
  /** How the asker is called, as their identity provider says; null where it does not. */
  readonly askerName: string | null;
  readonly state: ApprovalState;
  /** Null until it is given. */
  readonly scope: ApprovalScope | null;
  readonly askedAtMs: number;
  readonly expiresAtMs: number;
  /** Who decided, and when; null until then. */
  readonly decided: { readonly by: string; readonly atMs: number; readonly reason: string } | null;
  /** Whether whoever looks may decide about it now. */
  readonly mayDecide: boolean;
}

/** Which approvals are listed. */
export interface ApprovalQuery {
  readonly state: ApprovalState | null;
  /** The id after which the list goes on. */
  readonly after: string;
  readonly limit: number;
}

/** Keeps the approvals of one organisation; its tenant object implements it. */
export interface Approvals {
  /**
   * Takes what approves a call, before it is made: what is good for one call is used up, for one call only.
   * @param held by what earlier rounds of the same call were made.
   * @throws where it cannot be put on record: then the call must not be made.
   */
  takeApprovals(needs: readonly ApprovalNeed[], held: readonly HeldApproval[]): Promise<Taking>;
  /**
   * Asks for one; where it is asked already for the same, it is the same one.
   * @returns its id.
   * @throws GatehouseError `limit_reached`.
   */
  askApproval(ask: ApprovalAsk): Promise<string>;
  /** Resolves once it is decided about, or after `waitMs`. @returns whether it still waits. */
  awaitApproval(id: string, waitMs: number): Promise<boolean>;
  /**
   * Decides about one.
   * @throws GatehouseError `approval_unknown` where there is none that they may see, `approval_forbidden`, `approval_decided`, and
   * `params_invalid` for what the rule does not offer.
   */
  decideApproval(approver: Approver, id: string, verdict: ApprovalVerdict): Promise<void>;
  /** Null where there is none that they may see. */
  findApproval(viewer: Approver, id: string): Promise<ApprovalView | null>;
  /** Those that they may see, in the order of their ids. */
  listApprovals(viewer: Approver, query: ApprovalQuery): Promise<ApprovalView[]>;
  /** Ends one that was given, or is asked for. @returns false where there is none that they may end. */
  withdrawApproval(viewer: Approver, id: string): Promise<boolean>;
}

/** The approvals of an organisation. */
export function approvalsOf(env: Env, tenant: string): Approvals {
  return withOwnErrors(tenantObject<Approvals>(env, tenant));
}

/** What whoever decides may choose. */
export function scopesOf({ scopes }: Pick<RuleOf<'approve'>, 'scopes'>): readonly ApprovalScope[] {
  return scopes ?? ['once'];
}

/** Where a rule offers a period and does not say which. In seconds. */
const DEFAULT_PERIOD_SECONDS = 3600;

/** How long an approval for a period is good, in seconds. */
export function periodOf({ periodSeconds }: Pick<RuleOf<'approve'>, 'periodSeconds'>): number {
  return periodSeconds ?? DEFAULT_PERIOD_SECONDS;
}
