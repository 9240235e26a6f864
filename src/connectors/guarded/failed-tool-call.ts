import type { Outcome } from '../../protocol/message.ts';
import { type Effect, effectIn, faultOf } from '../upstream-failure.ts';

/** Under which programs find in a failed tool call's `_meta` what is said in its words: `{code, outcome}`. */
export const FAILURE_META_KEY = 'gatehouse/failure';

/**
 * A server's failure as the result of a tool call (MCP, "Tools", "Error Handling"): models see results, and clients keep errors of the
 * protocol to themselves. Everything else stays as it is.
 */
export function failedToolCall(method: string, outcome: Outcome): Outcome {
  if (method !== 'tools/call' || outcome.kind === 'result') return outcome;
  const fault = faultOf(outcome.own);
  if (!fault) return outcome;
  const { message, data } = outcome.error;
  const effect: Effect = effectIn(data) ?? fault.effect;
  const result = {
    content: [{ type: 'text', text: message }],
    isError: true,
    resultType: 'complete',
    _meta: { [FAILURE_META_KEY]: { code: outcome.own, outcome: effect } },
  };
  return { kind: 'result', result };
}
