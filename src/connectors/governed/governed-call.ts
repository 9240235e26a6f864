import type { CompiledPolicy } from '../../policy/compiled-policy.ts';
import type { Decision } from '../../policy/decision.ts';
import type { Caller, Facts } from '../../policy/facts.ts';
import type { Outcome } from '../../protocol/message.ts';
import type { CallQuotas } from '../../quotas/call-quotas.ts';
import type { TraceContext } from '../../telemetry/trace-context.ts';
import type { ApprovalDesk } from '../approving/approval-desk.ts';
import type { CallHooks, InnerRequest } from '../connector.ts';
import type { CallPart } from './call-part.ts';

/** What governs the calls of one caller: made where their session lives, for each request. */
export interface Governance {
  readonly caller: Caller;
  /** The policy of the caller's organisation. @throws where it cannot be had: then the call is not made. */
  policy(): Promise<CompiledPolicy>;
  /** Where calls are approved that the policy has approved first. */
  readonly desk: ApprovalDesk;
  /** Where what limits count is taken from. */
  readonly quotas: CallQuotas;
  /** Whoever keeps account of calls: the audit trail, metrics, traces. */
  readonly observers: readonly CallObserver[];
}

/** Keeps account of calls. */
export interface CallObserver {
  /** Before anything is done. @throws where the call could not be put on record: then it is not made. */
  begin(call: GovernedCall): void;
  /** Once it is known how it ended, and before anybody is told. @throws where that is not on record: then nobody is told. */
  end(call: GovernedCall, outcome: Outcome): void;
}

/** The server that is called, as far as it is governed. */
export interface GovernedServer {
  readonly name: string;
  /** The version of the catalog's entry, or the digest of the code. */
  readonly codeHash: string;
  /** The connections that it may use, by id. */
  readonly connections: readonly string[];
}

/** What the steps find out, for those that come after, and for the record. */
export interface CallNotes {
  decision: Decision | null;
  /** The approval that it was made by, by id; the ids of several have a space between them. */
  approval: string | null;
  /** The limit that refused it, by id. */
  limit: string | null;
  /** What guards have found, as `<rule>` or `<rule>:<pattern>`: never what it was. */
  readonly found: string[];
}

/** One round of one call on its way through the steps. */
export interface GovernedCall {
  readonly governance: Governance;
  readonly server: GovernedServer;
  readonly facts: Facts;
  readonly request: InnerRequest;
  readonly hooks: CallHooks;
  readonly startedAtMs: number;
  readonly notes: CallNotes;
  /** Its place in its trace; what it calls is told to be a part of it. */
  readonly trace: TraceContext;
  /** What its time was spent on so far. */
  readonly parts: CallPart[];
}

/** Goes on with a call, as it was or as a step has changed it. */
export type Next = (call: GovernedCall) => Promise<Outcome>;

/** One thing that is done about every call. It may end it by an outcome of its own, change it, or change what comes back. */
export type Step = (call: GovernedCall, next: Next) => Promise<Outcome>;
