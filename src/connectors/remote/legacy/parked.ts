import type { OpenSession } from './sessions.ts';
import type { UpstreamCall } from './upstream-call.ts';

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
  readonly parked: ParkedUpstreamCall;
  readonly expiresAtMs: number;
  /** Lets the object leave memory again. */
  readonly letGo: () => void;
}

/** Calls whose servers wait for an answer of the user, with their open streams. They end by alarm, see decision 4. */
export class ParkedUpstreamCalls {
  readonly #waiting = new Map<string, Waiting>();
  readonly #keeper: Keeper;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  park(parked: ParkedUpstreamCall, expiresAtMs: number): void {
    const { call } = parked;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(call.id, { parked, expiresAtMs, letGo: resolve });
    this.#keeper.wakeAt(expiresAtMs);
    // A stream whose events are numbered can be taken up again; any other one is lost with the memory.
    if (call.place.lastEventId === null) this.#keeper.hold(Promise.race([promise, call.ended]));
  }

  /** Takes a call that goes on, exactly once. */
  take(id: string): ParkedUpstreamCall | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.letGo();
    return waiting?.parked;
  }

  /** Cancels what has waited too long. */
  expire(nowMs: number): void {
    for (const [id, { expiresAtMs }] of this.#waiting) if (expiresAtMs <= nowMs) this.#cancel(id);
  }

  /** Cancels everything. */
  end(): void {
    for (const id of [...this.#waiting.keys()]) this.#cancel(id);
  }

  /** When the next one has waited too long; null where none waits. */
  get nextAtMs(): number | null {
    const all = [...this.#waiting.values()].map(({ expiresAtMs }) => expiresAtMs);
    return all.length === 0 ? null : Math.min(...all);
  }

  #cancel(id: string): void {
    const parked = this.take(id);
    if (!parked) return;
    parked.call.stop();
    parked.release();
    cancelUpstream(parked, 'Nobody has answered in time.');
  }
}

/** Tells a server that nobody waits for a call any more (2025-11-25, "Cancellation"). */
export function cancelUpstream(
  { open, call: { id } }: { open: OpenSession; call: { id: string } },
  reason: string,
): void {
  void open.session.http.tell({ method: 'notifications/cancelled', params: { requestId: id, reason } });
}
