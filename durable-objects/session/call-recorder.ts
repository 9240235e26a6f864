import type { AuditEntry } from '../../src/audit/event.ts';
import { type CallOrigin, callRecord } from '../../src/connectors/governed/call-record.ts';
import type { CallObserver, GovernedCall } from '../../src/connectors/governed/governed-call.ts';
import type { Outcome } from '../../src/protocol/message.ts';

/** Where records of calls go. */
export interface CallTrail {
  /** @throws GatehouseError `audit_unavailable` where nothing more can be recorded. */
  requireRoom(): void;
  /** Puts an entry on record, in this turn. @throws where it is not. */
  put(entry: AuditEntry): void;
}

/** Puts each round of each call on record, once it is known how it ended. */
export class CallRecorder implements CallObserver {
  readonly #trail: CallTrail;
  readonly #origin: CallOrigin;

  constructor(trail: CallTrail, origin: CallOrigin) {
    this.#trail = trail;
    this.#origin = origin;
  }

  begin(): void {
    this.#trail.requireRoom();
  }

  end(call: GovernedCall, outcome: Outcome): void {
    const record = callRecord(call, outcome, this.#origin);
    // A completion is asked for at every key: those are on record that were kept from somebody.
    const isOrdinary = call.request.method === 'completion/complete' && !isKeptBack(record.outcome);
    if (!isOrdinary) this.#trail.put(record);
  }
}

function isKeptBack(outcome: string): boolean {
  return outcome === 'denied' || outcome === 'refused';
}
