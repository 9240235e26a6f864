import {
  type InnerNotification,
  isObject,
  type JsonObject,
  type Outcome,
} from '../../../protocol/message.ts';
import type { CallHooks, InnerRequest } from '../../connector.ts';
import { toOutcome } from '../../http-exchange.ts';
import { cancelled } from '../../upstream-failure.ts';
import type { AskedState } from './call-state.ts';
import { isWantedLog } from './log-levels.ts';
import { judgeRequest } from './questions.ts';
import type { OpenSession } from './sessions.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** How many questions are asked at once; more wait for the next round. */
const MAX_QUESTIONS = 32;

/** What a round of a call came to: its outcome, or questions that its server waits for. */
export type RoundEnd =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | {
      readonly kind: 'asked';
      readonly questions: Questions;
      readonly asked: number;
    };

/** What a server wants to know, by our keys. */
export type Questions = AskedState['questions'];

/** A round of a call, and who waits for it. */
export interface Round {
  readonly open: OpenSession;
  readonly call: UpstreamCall;
  readonly request: InnerRequest;
  readonly hooks: CallHooks;
  /** Lets go of the session's own stream. */
  readonly release: () => void;
  /** How many questions the call has asked so far. */
  readonly asked: number;
}

/** Reads a call's messages until it has ended, or waits for answers. @throws what ends its stream. */
export async function readRound({ open, call, request, hooks, asked }: Round): Promise<RoundEnd> {
  const questions: Questions = {};
  let count = asked;
  for (;;) {
    const message = await nextOf(call, hooks.signal);
    if (typeof message.method !== 'string') return { kind: 'outcome', outcome: toOutcome(message, 200) };
    if (!('id' in message)) {
      relay(open, call, request, hooks, message as unknown as InnerNotification);
      continue;
    }
    const judged = judgeRequest(request.method, request.client, message);
    if (judged.kind === 'answer') {
      open.session.replies.send(message, judged.answer);
      continue;
    }
    questions[`question-${++count}`] = { id: message.id as string | number, question: judged.question };
    if (count - asked === MAX_QUESTIONS || !(await bringsMore(call)))
      return { kind: 'asked', questions, asked: count };
  }
}

/** Whether more has come with what came: servers may ask several things at once. */
async function bringsMore(call: UpstreamCall): Promise<boolean> {
  await new Promise(resolve => setTimeout(resolve, 0));
  return call.hasMore;
}

async function nextOf(call: UpstreamCall, signal: AbortSignal): Promise<JsonObject> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(cancelled());
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([call.next(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Hands a notification to whom it is for: the caller, or whoever follows what the server has. */
function relay(
  { feed }: OpenSession,
  call: UpstreamCall,
  { params, client }: InnerRequest,
  { notify }: CallHooks,
  notification: InnerNotification,
): void {
  switch (notification.method) {
    case 'notifications/progress':
      relayProgress(call, params, notify, notification);
      break;
    case 'notifications/message':
      if (isWantedLog(client.logLevel, notification)) notify(notification);
      break;
    case 'notifications/elicitation/complete':
      notify(notification);
      break;
    default:
      feed.hear(notification);
  }
}

/** Tokens of progress are between neighbours: upstream it is the request's id. */
function relayProgress(
  { id }: UpstreamCall,
  { _meta }: JsonObject,
  notify: CallHooks['notify'],
  notification: InnerNotification,
): void {
  const progressToken = isObject(_meta) ? _meta.progressToken : undefined;
  if (progressToken === undefined || notification.params?.progressToken !== id) return;
  notify({ ...notification, params: { ...notification.params, progressToken } });
}
