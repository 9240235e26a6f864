import { randomUUID } from 'node:crypto';
import type { TrailOwner } from '../../src/audit/audit-trail.ts';
import type { AuditEntry } from '../../src/audit/event.ts';
import type { Settings } from '../../src/env.ts';
import { GatehouseError } from '../../src/errors.ts';
import {
  type ApprovalAsk,
  type ApprovalNeed,
  type ApprovalQuery,
  type ApprovalScope,
  type ApprovalVerdict,
  type ApprovalView,
  type Approver,
  type HeldApproval,
  periodOf,
  scopesOf,
  type Taking,
} from '../../src/policy/approvals.ts';
import { mayDecide, maySee, mayWithdraw } from '../../src/policy/approver.ts';
import { ConnectionWaits } from '../account/connection-waits.ts';
import { wakeBy } from '../storage/wake.ts';
import { approvalEntry } from './approval-entry.ts';
import { type ApprovalRow, ApprovalRows, type Verdict } from './approval-rows.ts';

/** How long a refusal stands for the same call, so that an agent cannot ask until somebody tires. In milliseconds. */
const REFUSAL_STANDS_MS = 5 * 60_000;

/** How long a question that was answered may take to come back, beyond its time. In milliseconds. */
const SLACK_MS = 60_000;

/** How many rows are looked at for one page of a list. */
const SCAN_ROWS = 500;

/** What approvals are kept with. */
export interface ApprovalParts {
  readonly storage: DurableObjectStorage;
  readonly settings: () => ApprovalSettings;
  /** Puts something on the trail of whoever does it. */
  readonly record: (owner: TrailOwner, entry: AuditEntry) => Promise<void>;
  /** What a member is called; null where that is not known. */
  readonly nameOf: (tenant: string, subject: string) => string | null;
}

type ApprovalSettings = Pick<
  Settings,
  'keyRing' | 'APPROVAL_SESSION_SECONDS' | 'INPUT_TTL_SECONDS' | 'MAX_APPROVALS_PER_USER'
>;

/** The approvals of one organisation: asked for, decided about and used, each at most as far as it was meant. */
export class ApprovalRequests {
  readonly #parts: ApprovalParts;
  readonly #waits = new ConnectionWaits();
  /** Those that somebody is deciding about, so that only one decides. */
  readonly #deciding = new Set<string>();

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
  }

  /** What is used up is so before it is on record: a crash in between costs an approval, and makes no call. */
  async take(needs: readonly ApprovalNeed[], held: readonly HeldApproval[]): Promise<Taking> {
    const nowMs = Date.now();
    const found: ApprovalRow[] = [];
    for (const [at, need] of needs.entries()) {
      const row = this.#good(need, held, nowMs);
      if (!row) return this.#lacking(need, at, nowMs);
      found.push(row);
    }
    const single = found.filter(({ verdict }) => verdict?.scope === 'once');
    const untilMs = nowMs + this.#settings.INPUT_TTL_SECONDS * 1000 + SLACK_MS;
    for (const { id, uses } of single) this.#rows.use(id, 'used', uses + 1, untilMs);
    await this.#recordUse(single);
    await this.#parts.storage.sync();
    return {
      kind: 'taken',
      ids: found.map(({ id }) => id),
      held: single.map(({ id, uses }) => ({ id, uses: uses + 1 })),
    };
  }

  async ask(ask: ApprovalAsk): Promise<string> {
    const nowMs = Date.now();
    const known = this.#bound(ask, 'once', nowMs).find(({ state }) => state === 'asked');
    if (known) return known.id;
    this.#refuseWhereFull(ask.asker.subject, nowMs);
    const id = randomUUID();
    const expiresAtMs = nowMs + ask.ttlSeconds * 1000;
    this.#rows.insert({ id, expiresAtMs, ask: { ...ask, askedAtMs: nowMs } });
    await this.#recorded(ask.asker, approvalEntry('approval.asked', id, ask), () => this.#rows.delete(id));
    await this.#keepUntil(expiresAtMs);
    return id;
  }

  async isWaiting(id: string, waitMs: number): Promise<boolean> {
    const isDecided = async () => this.#rows.stateOf(id, Date.now()) !== 'asked';
    return !(await this.#waits.until(id, isDecided, waitMs));
  }

  async decide(approver: Approver, id: string, verdict: ApprovalVerdict): Promise<void> {
    const row = this.#decidable(approver, id, verdict);
    this.#deciding.add(id);
    try {
      const kind = verdict.decision === 'refuse' ? 'approval.refused' : 'approval.given';
      const by = { tenant: row.ask.asker.tenant, subject: approver.subject };
      await this.#parts.record(by, approvalEntry(kind, id, row.ask, approver.subject, verdict.decision));
      // It may have been withdrawn, or have expired, while that was put on record.
      const still = this.#decidable(approver, id, verdict, true);
      const expiresAtMs = this.#endOf(still, verdict.decision);
      this.#rows.decide(still, verdictOf(approver, verdict), expiresAtMs);
      await this.#keepUntil(expiresAtMs);
    } finally {
      this.#deciding.delete(id);
    }
    this.#waits.changed(id);
  }

  find(viewer: Approver, id: string): ApprovalView | null {
    const row = this.#rows.find(viewer.tenant, id, Date.now());
    return row && maySee(row.ask, viewer) ? this.#view(row, viewer) : null;
  }

  list(viewer: Approver, { state, after, limit }: ApprovalQuery): ApprovalView[] {
    const seen: ApprovalView[] = [];
    let last = after;
    for (;;) {
      const rows = this.#rows.after(viewer.tenant, last, SCAN_ROWS, Date.now());
      for (const row of rows) {
        const isAsked = state === null || row.state === state;
        if (isAsked && maySee(row.ask, viewer)) seen.push(this.#view(row, viewer));
        if (seen.length === limit) return seen;
      }
      if (rows.length === 0) return seen;
      last = rows.at(-1)?.id ?? last;
    }
  }

  async withdraw(viewer: Approver, id: string): Promise<boolean> {
    const row = this.#rows.find(viewer.tenant, id, Date.now());
    if (!row || row.state === 'used' || !mayWithdraw(row.ask, viewer)) return false;
    const by = { tenant: viewer.tenant, subject: viewer.subject };
    await this.#parts.record(by, approvalEntry('approval.withdrawn', id, row.ask, viewer.subject));
    await this.#end([id]);
    return true;
  }

  /** All access of somebody has ended. */
  async endOf(subject: string): Promise<void> {
    await this.#end(this.#rows.deleteAllOf(subject));
  }

  /** To be called by each alarm: forgets what has expired, and sees to the next alarm. */
  async tidy(): Promise<void> {
    const nextAtMs = this.#rows.deleteExpired(Date.now());
    if (nextAtMs !== null) await wakeBy(this.#parts.storage, nextAtMs);
  }

  /** What approves a call: one for a while, or one for this call that was not used, or was used by its earlier rounds. */
  #good(need: ApprovalNeed, held: readonly HeldApproval[], nowMs: number): ApprovalRow | null {
    for (const scope of ['period', 'session', 'once'] as const) {
      const isGood = ({ id, state, uses, verdict }: ApprovalRow) =>
        verdict?.scope === scope &&
        (state === 'given' || held.some(each => each.id === id && each.uses === uses));
      const row = this.#bound(need, scope, nowMs).find(isGood);
      if (row) return row;
    }
    return null;
  }

  #lacking(need: ApprovalNeed, at: number, nowMs: number): Taking {
    const refused = this.#bound(need, 'once', nowMs).find(({ state }) => state === 'refused');
    if (!refused) return { kind: 'missing', at };
    return { kind: 'refused', at, id: refused.id, reason: refused.verdict?.reason ?? '' };
  }

  async #recordUse(used: readonly ApprovalRow[]): Promise<void> {
    for (const { id, ask, uses, expiresAtMs } of used) {
      if (uses > 0) continue;
      const undo = () => this.#rows.use(id, 'given', 0, expiresAtMs);
      await this.#recorded(ask.asker, approvalEntry('approval.used', id, ask), undo);
    }
  }

  async #recorded({ tenant, subject }: TrailOwner, entry: AuditEntry, undo: () => void): Promise<void> {
    try {
      await this.#parts.record({ tenant, subject }, entry);
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** @throws where it is not for them to decide, or not any more. */
  #decidable(approver: Approver, id: string, verdict: ApprovalVerdict, isMine = false): ApprovalRow {
    const row = this.#rows.find(approver.tenant, id, Date.now());
    if (!row || !maySee(row.ask, approver)) throw unknownApproval();
    if (!mayDecide(row.ask, approver)) throw forbidden();
    if (row.state !== 'asked' || (this.#deciding.has(id) && !isMine)) throw decidedAlready();
    const { decision } = verdict;
    if (decision !== 'refuse' && !scopesOf(row.ask.rule).includes(decision)) throw notOffered(row);
    return row;
  }

  #endOf({ ask, expiresAtMs }: ApprovalRow, decision: ApprovalVerdict['decision']): number {
    const nowMs = Date.now();
    const ends = {
      once: expiresAtMs,
      session: nowMs + this.#settings.APPROVAL_SESSION_SECONDS * 1000,
      period: nowMs + periodOf(ask.rule) * 1000,
      refuse: nowMs + REFUSAL_STANDS_MS,
    };
    return ends[decision];
  }

  #view(row: ApprovalRow, viewer: Approver): ApprovalView {
    const { digests: _digests, ttlSeconds: _ttl, ...ask } = row.ask;
    const { id, state, expiresAtMs, verdict } = row;
    const { tenant, subject } = ask.asker;
    return {
      ...ask,
      id,
      askerName: this.#parts.nameOf(tenant, subject),
      state,
      scope: verdict?.scope ?? null,
      expiresAtMs,
      decided: verdict && { by: verdict.by, atMs: verdict.atMs, reason: verdict.reason },
      mayDecide: state === 'asked' && mayDecide(ask, viewer),
    };
  }

  async #end(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#rows.delete(id);
    await this.#parts.storage.sync();
    for (const id of ids) this.#waits.changed(id);
  }

  async #keepUntil(expiresAtMs: number): Promise<void> {
    await wakeBy(this.#parts.storage, expiresAtMs);
    await this.#parts.storage.sync();
  }

  #refuseWhereFull(subject: string, nowMs: number): void {
    const { MAX_APPROVALS_PER_USER: max } = this.#settings;
    if (this.#rows.count(subject, nowMs) < max) return;
    throw new GatehouseError(
      'limit_reached',
      `${max} approvals of this user are asked for or good (setting MAX_APPROVALS_PER_USER). Withdraw some at /approvals, or wait for them to expire.`,
    );
  }

  #bound({ asker, digests }: ApprovalNeed, scope: ApprovalScope, nowMs: number): ApprovalRow[] {
    return this.#rows.bound(asker.tenant, digests[scope], nowMs);
  }

  get #rows(): ApprovalRows {
    return new ApprovalRows(this.#parts.storage.sql, this.#settings.keyRing);
  }

  get #settings(): ApprovalSettings {
    return this.#parts.settings();
  }
}

function verdictOf({ subject }: Approver, { decision, reason }: ApprovalVerdict): Verdict {
  return { scope: decision === 'refuse' ? null : decision, by: subject, atMs: Date.now(), reason };
}

function unknownApproval(): GatehouseError {
  return new GatehouseError(
    'approval_unknown',
    'There is no such approval that is yours to see. It may have expired.',
  );
}

function forbidden(): GatehouseError {
  return new GatehouseError(
    'approval_forbidden',
    'It is not for you to decide about this call: its rule names who may.',
  );
}

function decidedAlready(): GatehouseError {
  return new GatehouseError('approval_decided', 'Somebody has decided about this call already.');
}

function notOffered({ ask }: ApprovalRow): GatehouseError {
  const offered = scopesOf(ask.rule).join(', ');
  return new GatehouseError('params_invalid', `The rule "${ask.rule.id}" offers only: ${offered}, refuse.`);
}
