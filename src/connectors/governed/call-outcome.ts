import type { CallOutcome } from '../../audit/event-fields.ts';
import type { ErrorCode } from '../../errors.ts';
import { isObject, type JsonObject, type Outcome } from '../../protocol/message.ts';
import { FAILURE_META_KEY } from '../guarded/failed-tool-call.ts';
import { effectIn } from '../upstream-failure.ts';

/** How a round of a call ended, as it is put on record. */
export interface CallEnd {
  readonly outcome: CallOutcome;
  /** The gateway's code of the error, or the JSON-RPC code of the server's; null where it was none. */
  readonly error: string | null;
}

/** The refusals of the gateway's own; every other error is a failure. */
const REFUSALS: Partial<Readonly<Record<ErrorCode, CallOutcome>>> = {
  policy_denied: 'denied',
  approval_refused: 'refused',
  approval_required: 'refused',
  content_refused: 'refused',
  quota_exceeded: 'refused',
};

/**
 * How a round of a call ended.
 * @param isCancelled whether whoever called had gone by then. What came to its end all the same is on record as that.
 */
export function callEnd(outcome: Outcome, isCancelled: boolean): CallEnd {
  if (outcome.kind === 'result') return resultEnd(outcome.result, isCancelled);
  const { own, error } = outcome;
  const code = own ?? String(error.code);
  const refusal = own && REFUSALS[own];
  if (refusal) return { outcome: refusal, error: code };
  if (isCancelled) return { outcome: 'cancelled', error: null };
  return { outcome: effectIn(error.data) === 'unknown' ? 'unknown' : 'failed', error: code };
}

function resultEnd({ resultType, isError, _meta }: JsonObject, isCancelled: boolean): CallEnd {
  if (resultType === 'input_required') return { outcome: 'asked', error: null };
  if (isError !== true) return { outcome: 'done', error: null };
  const failed = isObject(_meta) ? _meta[FAILURE_META_KEY] : undefined;
  if (!isObject(failed)) return { outcome: 'tool-error', error: null };
  if (isCancelled) return { outcome: 'cancelled', error: null };
  const outcome = effectIn(failed) === 'unknown' ? 'unknown' : 'failed';
  return { outcome, error: typeof failed.code === 'string' ? failed.code : null };
}
