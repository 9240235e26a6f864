import type { CallToolResult } from '@modelcontextprotocol/server';
import { answerChoice, OFFSET } from './arguments.ts';
import { blobContent, mediaTypeOf, textOf } from './content.ts';
import { fieldsOf, namesIn } from './fields.ts';
import { nextPage } from './next-page.ts';
import type { Api, Arguments, Operation } from './operation.ts';

/** How much of an answer is told at once, in UTF-16 units: what an agent reads in one go. */
const MAX_CHARACTERS = 20_000;

/** How much of a refusal is. */
const MAX_REFUSAL_CHARACTERS = 4000;

/** What came back of a call. */
export interface Answered {
  readonly api: Api;
  readonly tool: string;
  readonly operation: Operation;
  readonly args: Arguments;
  readonly response: Response;
  readonly bytes: Uint8Array;
  /** What the bytes say as JSON; undefined where they are none. */
  readonly json: unknown;
}

/** The answer as a model reads it: what the API said, then in a text of its own what else there is to know. */
export function answerOf(answered: Answered): CallToolResult {
  const { response, bytes } = answered;
  const mediaType = mediaTypeOf(response.headers);
  const text = textOf(bytes, mediaType);
  if (!response.ok) return refusal(answered, text);
  if (bytes.length === 0) return { content: [{ type: 'text', text: emptyWords(response) }] };
  if (text === null) {
    const uri = `openapi://${answered.api.name}/${answered.tool}`;
    return { content: blobContent(bytes, mediaType, uri) };
  }
  const { shown, notes } = shownText(answered, text);
  const more = [...notes, ...pageNotes(answered)];
  return {
    content: [
      { type: 'text', text: shown },
      ...(more.length > 0 ? [{ type: 'text' as const, text: more.join('\n') }] : []),
    ],
  };
}

function shownText({ args, json, operation }: Answered, text: string): { shown: string; notes: string[] } {
  const { fields, offset } = answerChoice(args);
  const whole = json === undefined ? text : JSON.stringify(fieldsOf(json, fields));
  const shown = whole.slice(offset, offset + MAX_CHARACTERS).toWellFormed();
  const end = offset + shown.length;
  return {
    shown,
    notes: [
      ...(fields.length > 0 && /^[[{\]},]*$/.test(whole) ? [noFieldWords(json)] : []),
      ...(offset > 0 || end < whole.length
        ? [cutWords(operation, { offset, end, length: whole.length })]
        : []),
    ],
  };
}

/** A call that changes something must not be made again to read on. */
function cutWords(
  { method }: Operation,
  { offset, end, length }: Record<'offset' | 'end' | 'length', number>,
): string {
  const part = `Characters ${offset} to ${end} of ${length}.`;
  if (end >= length) return part;
  if (!['GET', 'HEAD', 'OPTIONS'].includes(method)) return `${part} The rest was cut.`;
  return `${part} Call again with {"${OFFSET}": ${end}} for more, or ask for what you need by "_fields".`;
}

function noFieldWords(json: unknown): string {
  return `None of these "_fields" is there. There are: ${namesIn(json).slice(0, 100).join(', ') || 'none'}.`;
}

function pageNotes(answered: Answered): string[] {
  const next = nextPage({ ...answered, headers: answered.response.headers });
  return next === null
    ? []
    : [`There may be more: call again with ${JSON.stringify(next)} beside the same arguments.`];
}

function emptyWords({ status, headers }: Response): string {
  const location = headers.get('location');
  return `Done: status ${status}${location === null ? '' : `, ${location.slice(0, 500)}`}.`;
}

function refusal({ response, json }: Answered, text: string | null): CallToolResult {
  const wait = response.headers.get('retry-after');
  const said = json === undefined ? (text ?? '') : JSON.stringify(json);
  const isCut = said.length > MAX_REFUSAL_CHARACTERS;
  const lines = [
    `The API answered with status ${response.status}${isFailure(response) ? ', so it failed itself' : ''}.`,
    ...(wait === null ? [] : [`It asks to wait: ${wait.slice(0, 100)}.`]),
    ...(said === '' ? [] : [said.slice(0, MAX_REFUSAL_CHARACTERS).toWellFormed()]),
    ...(isCut ? ['The rest was cut.'] : []),
  ];
  return { content: [{ type: 'text', text: lines.join('\n') }], isError: true };
}

function isFailure({ status }: Response): boolean {
  return status >= 500;
}
