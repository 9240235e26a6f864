import type { ErrorCode } from '../../errors.ts';
import { isObject, type Outcome } from '../../protocol/message.ts';

/** Under which programs find in a refused tool call's `_meta` what is said in its words: `{code, rule, …}`. */
export const REFUSAL_META_KEY = 'gatehouse/refusal';

/** The gateway's own refusals that models should read. */
const REFUSALS: readonly ErrorCode[] = [
  'approval_refused',
  'approval_required',
  'content_refused',
  'policy_denied',
  'quota_exceeded',
];

/**
 * A refusal as the result of a tool call (MCP, "Tools", "Error Handling"): models see results, and clients keep errors of the protocol
 * to themselves. Everything else stays as it is.
 */
export function refusedCall(method: string, outcome: Outcome): Outcome {
  if (method !== 'tools/call' || outcome.kind === 'result') return outcome;
  const { own, error } = outcome;
  if (own === undefined || !REFUSALS.includes(own)) return outcome;
  const data = isObject(error.data) ? error.data : {};
  const result = {
    content: [{ type: 'text', text: error.message }],
    isError: true,
    resultType: 'complete',
    _meta: { [REFUSAL_META_KEY]: { ...data, code: own } },
  };
  return { kind: 'result', result };
}
