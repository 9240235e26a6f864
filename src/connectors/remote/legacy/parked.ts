import { upstreamFailure } from '../../upstream-failure.ts';
import { type AskedState, invalidState } from './call-state.ts';
import type { OpenSession } from './sessions.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** How many calls of one caller may wait at one server: each holds a stream open. */
const MAX_PARKED = 32;

/** What keeps the object in memory while it must be, and wakes it. */
export interface Keeper {
  /** Something may be due at a time, Unix time in milliseconds: see `expire`. */
  wakeAt(atMs: number): void;
  /** The object stays in memory until a promise settles. */
  hold(until: Promise<unknown>): void;
}

/** A call with the session that it is in. */
export interface ParkedUpstreamCall {
  readonly open: OpenSession;
  readonly call: UpstreamCall;
  /** Lets go of the session's own stream, on which its server may ask more. */
  readonly release: () => void;
}

interface Waiting {
  /** The round that it waits for the answers of. */
  readonly round: string;
  readonly parked: ParkedUpstreamCall;
  readonly expiresAtMs: number;
  /** Lets the object leave memory again. */
  readonly letGo: () => void;
}

/**
 * Calls whose servers wait for an answer of the user, with their open streams. They end by alarm, see decision 4. Each round is gone on
 * with once: a retry that comes twice, or late, neither ends a call that another one has taken up, nor answers its server again.
 */
export class ParkedUpstreamCalls {
  readonly #waiting = new Map<string, Waiting>();
  /** Calls that were parked or taken up here, until no state of theirs is good any more, Unix time in milliseconds. */
  readonly #seen = new Map<string, number>();
  readonly #keeper: Keeper;
  #isEnded = false;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  /**
   * Lets a call wait. Where it cannot, it is cancelled.
   * @throws GatehouseError `limit_reached`; `outcome_unknown` where all that is remembered of its server has ended.
   */
  park(parked: ParkedUpstreamCall, round: string, expiresAtMs: number): void {
    const { call, open } = parked;
    const refusal = this.#refusal(open);
    if (refusal) {
      cancel(parked, 'Nobody can be asked.');
      throw refusal;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(call.id, { parked, round, expiresAtMs, letGo: resolve });
    this.#see(call.id, expiresAtMs);
    this.#keeper.wakeAt(expiresAtMs);
    // A stream whose events are numbered can be taken up again; any other one is lost with the memory.
    if (call.place.lastEventId === null) this.#keeper.hold(Promise.race([promise, call.ended]));
  }

  /**
   * Takes the call that a round goes on with, exactly once.
   * @param expiresAtMs when the round's state is no good any more, at the latest.
   * @returns undefined where nothing was known of the call: it may be taken up from its server.
   * @throws GatehouseError `request_state_invalid` where the round was gone on with before.
   */
  take(
    { call: { id }, round }: Pick<AskedState, 'call' | 'round'>,
    expiresAtMs: number,
  ): ParkedUpstreamCall | undefined {
    if (this.#waiting.get(id)?.round === round) return this.#removed(id);
    if (this.#seen.has(id)) throw invalidState();
    this.#see(id, expiresAtMs);
    return undefined;
  }

  /** Cancels what has waited too long. */
  expire(nowMs: number): void {
    for (const [id, { expiresAtMs }] of this.#waiting) if (expiresAtMs <= nowMs) this.#cancel(id);
  }

  /** Cancels everything, and whatever would be parked from now on. */
  end(): void {
    this.#isEnded = true;
    for (const id of [...this.#waiting.keys()]) this.#cancel(id);
  }

  /** When the next one has waited too long; null where none waits. */
  get nextAtMs(): number | null {
    const all = [...this.#waiting.values()].map(({ expiresAtMs }) => expiresAtMs);
    return all.length === 0 ? null : Math.min(...all);
  }

  #refusal(open: OpenSession): Error | null {
    const { server } = open.session;
    if (this.#isEnded)
      return upstreamFailure('outcome_unknown', `The server "${server}" was changed, or the session ended.`);
    if (this.#waiting.size < MAX_PARKED) return null;
    const words = `${MAX_PARKED} calls of the server "${server}" wait for answers already; answer one of them first.`;
    return upstreamFailure('limit_reached', words);
  }

  #see(id: string, untilMs: number): void {
    const nowMs = Date.now();
    for (const [seen, endsAtMs] of this.#seen) if (endsAtMs < nowMs) this.#seen.delete(seen);
    this.#seen.set(id, untilMs);
  }

  #removed(id: string): ParkedUpstreamCall | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.letGo();
    return waiting?.parked;
  }

  #cancel(id: string): void {
    const parked = this.#removed(id);
    if (parked) cancel(parked, 'Nobody has answered in time.');
  }
}

function cancel(parked: ParkedUpstreamCall, reason: string): void {
  parked.call.stop();
  parked.release();
  cancelUpstream(parked, reason);
}

/** Tells a server that nobody waits for a call any more (2025-11-25, "Cancellation"). */
export function cancelUpstream(
  { open, call: { id } }: { open: OpenSession; call: { id: string } },
  reason: string,
): void {
  void open.session.http.tell({ method: 'notifications/cancelled', params: { requestId: id, reason } });
}
