import { type ErrorCode, GatehouseError } from '../errors.ts';
import { isObject } from '../protocol/message.ts';

/** What is known of a call whose answer did not come, or cannot be used. */
export type Effect = 'not-sent' | 'carried-out' | 'unknown';

/** The one place for the words: agents decide by them whether a call may be made again. */
const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  'not-sent': 'The call was not sent, so nothing was done.',
  'carried-out': 'The call was carried out, but its answer cannot be used.',
  unknown: 'The outcome of the call is unknown: check whether it took effect before you call again.',
};

/** How a server fails. */
interface Fault {
  /** Whether it is taken as a sign that the server as a whole is not well, so that its circuit counts it. */
  readonly isOutage: boolean;
  /** Whether a second try may do better. */
  readonly isMendable: boolean;
  /** What is known where whoever noticed it does not say. */
  readonly effect: Effect;
}

/** The errors of the gateway that tell of a server's failure, and not of the caller's or of ours. */
const FAULTS: Partial<Readonly<Record<ErrorCode, Fault>>> = {
  /** It could not be reached, or went away before it answered. */
  upstream_failed: { isOutage: true, isMendable: true, effect: 'unknown' },
  egress_failed: { isOutage: true, isMendable: true, effect: 'unknown' },
  /** It forgot the session that the call was made in. */
  upstream_session_lost: { isOutage: true, isMendable: true, effect: 'unknown' },
  /** What it answered is not MCP. */
  answer_invalid: { isOutage: true, isMendable: true, effect: 'unknown' },
  /** It claims success and says nothing: what a server does that has lost what it was asked for. */
  answer_empty: { isOutage: true, isMendable: true, effect: 'unknown' },
  call_timeout: { isOutage: true, isMendable: false, effect: 'unknown' },
  egress_timeout: { isOutage: true, isMendable: false, effect: 'unknown' },
  /** It fails so often that it is not called for a while. */
  circuit_open: { isOutage: false, isMendable: false, effect: 'not-sent' },
  result_too_large: { isOutage: false, isMendable: false, effect: 'carried-out' },
  egress_response_too_large: { isOutage: false, isMendable: false, effect: 'carried-out' },
  /** It is not what the tool's own output schema says. */
  result_invalid: { isOutage: false, isMendable: false, effect: 'carried-out' },
};

/** What kind of failure an error of the gateway tells of; undefined where it is no server's. */
export function faultOf(code: ErrorCode | undefined): Fault | undefined {
  return code && FAULTS[code];
}

/**
 * A server's failure, in words and as data: `{code, outcome}`.
 * @param words one sentence that says what happened, and names the server.
 * @param effect what is known of the call, where that is not what goes with the code.
 */
export function upstreamFailure(
  code: ErrorCode,
  words: string,
  effect: Effect = FAULTS[code]?.effect ?? 'unknown',
): GatehouseError {
  return new GatehouseError(code, `${words} ${EFFECT_WORDS[effect]}`, { code, outcome: effect });
}

/** What an error's data say of the call; null where they say nothing. */
export function effectIn(data: unknown): Effect | null {
  const effect = isObject(data) ? data.outcome : undefined;
  return typeof effect === 'string' && Object.hasOwn(EFFECT_WORDS, effect) ? (effect as Effect) : null;
}

/** Nobody waits for this outcome any more. */
export function cancelled(): GatehouseError {
  return new GatehouseError('upstream_failed', 'The call was cancelled.');
}
