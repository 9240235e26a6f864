import type { Settings } from '../../env.ts';
import { failure, type InnerNotification, type Outcome } from '../../protocol/message.ts';
import type { CallHooks, Connector, InnerRequest } from '../connector.ts';
import { withDeadline } from '../deadline.ts';
import { cancelled, faultOf, upstreamFailure } from '../upstream-failure.ts';
import type { Circuit, Health, OpenCircuit } from './circuit.ts';
import { circuitWords } from './circuit-note.ts';
import { failedToolCall } from './failed-tool-call.ts';
import { isRepeatable } from './repeatable.ts';
import { wrongWith } from './result-check.ts';
import { risingProgress } from './rising-progress.ts';

/** What a guarded server may do. */
export interface Guard {
  readonly circuit: Circuit;
  /** Whether a tool of it may have nothing to say: it has no session that it could have lost. */
  readonly mayBeEmpty: boolean;
  /** How long its calls may take, in milliseconds; null for CALL_TIMEOUT_MS. It never is longer than that. */
  readonly callTimeoutMs: number | null;
  readonly settings: Pick<Settings, 'CALL_TIMEOUT_MS' | 'REPEAT_PAUSE_MS'>;
  /** Told when the circuit opens. */
  readonly onCircuitOpened?: () => void;
}

/**
 * A server that fails honestly. Each call ends in time; what its answer is not is not passed off as one; what may be repeated is
 * repeated once where that may help; one that keeps failing is left alone for a while. Whoever called reads what is known
 * of a failed call: of a tool as its result, so that the model sees it, else as an error.
 */
export function guardedConnector(connector: Connector, guard: Guard): Connector {
  return {
    server: connector.server,
    version: connector.version,
    listen: (filter, client, hooks) => connector.listen(filter, client, hooks),
    call: async (request, hooks) =>
      failedToolCall(request.method, await new GuardedCall(connector, guard, request, hooks).run()),
  };
}

/** One call, with its repetition. */
class GuardedCall {
  readonly #connector: Connector;
  readonly #guard: Guard;
  readonly #request: InnerRequest;
  readonly #hooks: CallHooks;
  readonly #startedAtMs = Date.now();

  constructor(connector: Connector, guard: Guard, request: InnerRequest, hooks: CallHooks) {
    this.#connector = connector;
    this.#guard = guard;
    this.#request = { ...request, isRepeatable: isRepeatable(request) };
    this.#hooks = {
      signal: hooks.signal,
      notify: risingProgress(notification => this.#tell(hooks, notification)),
    };
  }

  async run(): Promise<Outcome> {
    const outcome = await this.#tried();
    if (!this.#mayRepeat(outcome)) return outcome;
    await new Promise(resolve => setTimeout(resolve, this.#guard.settings.REPEAT_PAUSE_MS));
    return this.#hooks.signal.aborted ? failure(cancelled()) : this.#tried();
  }

  async #tried(): Promise<Outcome> {
    const { circuit } = this.#guard;
    const open = circuit.enter(Date.now());
    if (open) return failure(circuitOpen(this.#connector.server, open));
    let health: Health = 'unknown';
    try {
      const outcome = this.#judged(await this.#inTime());
      health = this.#hooks.signal.aborted ? 'unknown' : healthOf(outcome);
      return outcome;
    } finally {
      if (circuit.left(health, Date.now())) this.#guard.onCircuitOpened?.();
    }
  }

  /** The answer, or that time is up: whether or not the connector notices. */
  #inTime(): Promise<Outcome> {
    const limitMs = this.#limitMs();
    const leftMs = Math.max(1, this.#startedAtMs + limitMs - Date.now());
    return withDeadline(leftMs, this.#hooks.signal, ({ signal, isOver }) => {
      const { promise: stopped, resolve: stop } = Promise.withResolvers<Outcome>();
      const stopNow = () => stop(failure(isOver() ? this.#timedOut(limitMs) : cancelled()));
      signal.addEventListener('abort', stopNow, { once: true });
      if (signal.aborted) stopNow();
      const answered = this.#connector.call(this.#request, { ...this.#hooks, signal });
      return Promise.race([stopped, answered]);
    });
  }

  #judged(outcome: Outcome): Outcome {
    if (outcome.kind === 'error') return outcome;
    const wrong = wrongWith(this.#connector.server, this.#request, outcome.result, this.#guard.mayBeEmpty);
    return wrong ? failure(wrong) : outcome;
  }

  #mayRepeat(outcome: Outcome): boolean {
    if (this.#hooks.signal.aborted || !this.#request.isRepeatable || outcome.kind === 'result') return false;
    return faultOf(outcome.own)?.isMendable === true;
  }

  #limitMs(): number {
    const { callTimeoutMs, settings } = this.#guard;
    return Math.min(callTimeoutMs ?? settings.CALL_TIMEOUT_MS, settings.CALL_TIMEOUT_MS);
  }

  #timedOut(limitMs: number) {
    const setting =
      limitMs < this.#guard.settings.CALL_TIMEOUT_MS
        ? "the server's callTimeoutMs"
        : 'setting CALL_TIMEOUT_MS';
    return upstreamFailure(
      'call_timeout',
      `The server "${this.#connector.server}" did not answer within ${limitMs} ms (${setting}).`,
    );
  }

  /** Once a call has ended, nothing more is said of it. */
  #tell({ signal, notify }: CallHooks, notification: InnerNotification): void {
    if (!signal.aborted) notify(notification);
  }
}

/** An answer is a sign of health, whatever it says; and so is an error that the server itself answers with. */
function healthOf(outcome: Outcome): Health {
  if (outcome.kind === 'result' || outcome.own === undefined) return 'well';
  const fault = faultOf(outcome.own);
  return fault?.isOutage ? 'failing' : fault ? 'well' : 'unknown';
}

function circuitOpen(server: string, open: OpenCircuit) {
  return upstreamFailure('circuit_open', circuitWords(server, open));
}
