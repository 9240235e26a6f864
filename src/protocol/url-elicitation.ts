import { RPC } from '../errors.ts';
import { failedCall } from './legacy.ts';
import { type InnerNotification, isObject, type JsonObject, type Outcome } from './message.ts';

/** A question that the user answers by opening a link. `elicitationId` is for 2025 clients, see {@link modernOutcome}. */
export interface UrlElicitation {
  readonly elicitationId: string;
  readonly url: string;
  /** Why, for the user. */
  readonly message: string;
}

const COMPLETE = 'notifications/elicitation/complete';

/** The question as an entry of `inputRequests`. */
export function urlQuestion(elicitation: UrlElicitation): JsonObject {
  return { method: 'elicitation/create', params: { mode: 'url', ...elicitation } };
}

/** Tells a 2025 client that what the user was to do at the link is done (2025-11-25, elicitation). */
export function urlElicitationComplete(elicitationId: string): InnerNotification {
  return { method: COMPLETE, params: { elicitationId } };
}

/** The outcome for a client that cannot be asked: the user must open the link first (2025-11-25, `-32042`). */
export function urlElicitationRequired({ elicitationId, url, message }: UrlElicitation): Outcome {
  const elicitations = [{ mode: 'url', elicitationId, url, message }];
  const error = {
    code: RPC.urlElicitationRequired,
    message: `${message} Open ${url} and call again.`,
    data: { elicitations },
  };
  return { kind: 'error', error, httpStatus: 200 };
}

/**
 * An inner outcome as clients of 2026-07-28 read it: their revision has neither `elicitationId` nor `-32042`, so the link
 * is in the words of a failed call.
 */
export function modernOutcome(method: string, outcome: Outcome): Outcome {
  if (outcome.kind === 'result') return { kind: 'result', result: withoutIds(outcome.result) };
  if (outcome.error.code !== RPC.urlElicitationRequired) return outcome;
  const failed = failedCall(method, outcome.error.message);
  if (failed.kind === 'error') return failed;
  return { kind: 'result', result: { ...failed.result, resultType: 'complete' } };
}

/** Whether clients of 2026-07-28 know a notification. */
export function isModernNotification({ method }: InnerNotification): boolean {
  return method !== COMPLETE;
}

function withoutIds(result: JsonObject): JsonObject {
  if (!isObject(result.inputRequests)) return result;
  const questions = Object.entries(result.inputRequests).map(([key, question]) => [key, withoutId(question)]);
  return { ...result, inputRequests: Object.fromEntries(questions) };
}

function withoutId(question: unknown): unknown {
  if (!isObject(question) || !isObject(question.params)) return question;
  const { elicitationId: _id, ...params } = question.params;
  return { ...question, params };
}
