import { RPC } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../protocol/message.ts';
import { type ClientProfile, metaOf } from '../../../protocol/modern.ts';

/** What the results of a method may ask for (2026-07-28, multi round-trip requests): no other request can wait for its user. */
const ASKING_METHODS: readonly string[] = ['tools/call', 'prompts/get', 'resources/read'];

/** What each question needs its client to have declared. */
const NEEDED: Readonly<Record<string, (capabilities: JsonObject, params: JsonObject) => boolean>> = {
  'elicitation/create': ({ elicitation }, { mode }) =>
    isObject(elicitation) && (mode === 'url' ? 'url' in elicitation : isFormCapable(elicitation)),
  'sampling/createMessage': ({ sampling }, { tools }) =>
    isObject(sampling) && (tools === undefined || 'tools' in sampling),
  'roots/list': ({ roots }) => isObject(roots),
};

/** What becomes of a request that a server sends while it answers one of ours. */
export type Asked =
  | { readonly kind: 'question'; readonly question: JsonObject }
  /** It can be answered at once. */
  | { readonly kind: 'answer'; readonly answer: JsonObject };

/** Whether a server may ask something of its client while it answers a request. */
export function mayAsk(calling: string, { capabilities }: ClientProfile): boolean {
  const { elicitation, sampling, roots } = capabilities;
  return ASKING_METHODS.includes(calling) && [elicitation, sampling, roots].some(isObject);
}

/** Judges a server's request: who calls is asked only what their client has said it can do. */
export function judgeRequest(calling: string, { capabilities }: ClientProfile, request: JsonObject): Asked {
  const method = String(request.method);
  if (method === 'ping') return { kind: 'answer', answer: { result: {} } };
  const params = isObject(request.params) ? request.params : {};
  const isAble = Object.hasOwn(NEEDED, method) && NEEDED[method]?.(capabilities, params);
  if (!isAble) return refused(`The client has not declared what ${method} needs.`);
  if (!ASKING_METHODS.includes(calling))
    return refused(`Nothing can be asked of the client during ${calling}.`);
  return {
    kind: 'question',
    question: questionOf(method, request.params === undefined ? undefined : params),
  };
}

/** Answers a request of which nobody can say which call it belongs to. */
export function judgeUnsolicited(request: JsonObject): JsonObject {
  if (request.method === 'ping') return { result: {} };
  return {
    error: { code: RPC.methodNotFound, message: 'Ask the client on the stream of one of its requests.' },
  };
}

/** Before 2025-11-25, and by many servers after it, form elicitation is declared by an empty object. */
function isFormCapable(elicitation: JsonObject): boolean {
  return 'form' in elicitation || !('url' in elicitation);
}

/** Nobody can tell the server of the progress of an answer. */
function questionOf(method: string, params: JsonObject | undefined): JsonObject {
  if (!params) return { method };
  const { progressToken: _token, ...meta } = metaOf(params);
  const { _meta, task: _task, ...others } = params;
  return { method, params: { ...others, ...(Object.keys(meta).length > 0 && { _meta: meta }) } };
}

function refused(message: string): Asked {
  return { kind: 'answer', answer: { error: { code: RPC.methodNotFound, message } } };
}
