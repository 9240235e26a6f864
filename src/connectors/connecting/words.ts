import { failedCall } from '../../protocol/legacy.ts';
import { isObject, type JsonObject, type Outcome } from '../../protocol/message.ts';
import type { Needed } from './connect-desk.ts';

/** What is wrong with a connection, in one sentence. */
export function faultOf({ name, reason }: Pick<Needed, 'name' | 'reason'>): string {
  return `${name} ${FAULTS[reason]}.`;
}

const FAULTS: Readonly<Record<Needed['reason'], string>> = {
  missing: 'is not connected yet',
  dead: 'has to be connected again',
  insufficient: 'has to be connected with more rights',
};

/** What a member is asked when a call needs them to connect. */
export function questionOf(needed: Needed): string {
  return `${faultOf(needed)} Open the link to connect it; the call goes on by itself then.`;
}

/** Said where a call needs a connection and its caller cannot make it. */
export function hopelessWords(needed: Needed): string {
  return `${faultOf(needed)} ${WHY[needed.by]}`;
}

const WHY: Readonly<Record<Needed['by'], string>> = {
  asker: '',
  others: 'It belongs to your organisation: an operator or administrator connects it.',
  deployment: 'It comes from the settings of this gateway: whoever runs it can change it there.',
  nobody: 'It is connected by people, each for themselves, and you act for yourself.',
};

/** Said where something may have been done already, so that the call is not run again by itself. */
export function unfinishedWords(needed: Needed, link: string): string {
  return `${faultOf(needed)} Connect it at ${link} and call again; part of the call may have taken effect, so check that first.`;
}

/** Said where the member has just connected, and what they granted is still not enough: to ask once more would never end. */
export function notEnoughWords({ name }: Pick<Needed, 'name'>): string {
  return `${name} is connected, and what was granted there is not enough for this call.`;
}

export function declinedWords({ name }: Pick<Needed, 'name'>): string {
  return `${name} was not connected, because the user did not want to. Nothing was done.`;
}

export function tooLateWords({ name }: Pick<Needed, 'name'>, ttlSeconds: number): string {
  return `${name} was not connected within ${ttlSeconds} seconds (setting INPUT_TTL_SECONDS). Nothing was done. Call again to be asked anew.`;
}

/** A failed call that the gateway itself ends. */
export function endedCall(method: string, words: string): Outcome {
  const failed = failedCall(method, words);
  if (failed.kind === 'error') return failed;
  return { kind: 'result', result: { ...failed.result, resultType: 'complete' } };
}

/** A failed outcome with a sentence more. */
export function withWords(outcome: Outcome, words: string): Outcome {
  if (outcome.kind === 'result') return { kind: 'result', result: withText(outcome.result, words) };
  return { ...outcome, error: { ...outcome.error, message: `${outcome.error.message} ${words}` } };
}

function withText(result: JsonObject, text: string): JsonObject {
  const content = Array.isArray(result.content) ? result.content.filter(isObject) : [];
  return { ...result, content: [...content, { type: 'text', text }] };
}
