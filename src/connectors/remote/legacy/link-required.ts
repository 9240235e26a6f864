import * as z from 'zod';
import { RPC } from '../../../errors.ts';
import { isObject, type JsonObject, type Outcome } from '../../../protocol/message.ts';
import type { ClientProfile } from '../../../protocol/modern.ts';
import { opensLinks } from '../../connecting/connect-desk.ts';
import { endedCall } from '../../connecting/words.ts';
import { writeState } from './call-state.ts';
import { answersIn } from './legacy-request.ts';

/** What is read of a link: all that a question for one has. What else there is, is dropped. */
const linkSchema = z.object({
  url: z.string(),
  message: z.string().default('The server needs you to open a link first.'),
  elicitationId: z.string().optional(),
});

type Link = { readonly mode: 'url' } & z.infer<typeof linkSchema>;

/**
 * A refusal until links were opened (2025-11-25, `-32042`) as the question that it is: nothing was done yet, and the call is made again
 * when its user has opened them. Where the client opens no links, the refusal stands, with them in its words.
 */
export function linkQuestion(outcome: Outcome, client: ClientProfile): Outcome {
  if (outcome.kind === 'result' || outcome.error.code !== RPC.urlElicitationRequired) return outcome;
  const links = linksIn(outcome.error.data);
  if (links.length === 0) return outcome;
  if (!opensLinks(client)) return inWords(outcome, links);
  const inputRequests = Object.fromEntries(
    links.map((params, index) => [`link-${index + 1}`, { method: 'elicitation/create', params }]),
  );
  const requestState = writeState({ kind: 'linked', keys: Object.keys(inputRequests) });
  return { kind: 'result', result: { resultType: 'input_required', inputRequests, requestState } };
}

/** What the user did with the links: null where all are opened and the call can be made again. */
export function linksRefused(method: string, params: JsonObject, keys: readonly string[]): Outcome | null {
  const answers = answersIn(params);
  const isOpened = (key: string) => isObject(answers[key]) && answers[key].action === 'accept';
  return keys.every(isOpened)
    ? null
    : endedCall(method, 'The user did not open the link that the server needs. Nothing was done.');
}

/** The links that an error names. Nothing else of what it says of them is a question: no form comes in this way. */
function linksIn(data: unknown): Link[] {
  const all = isObject(data) && Array.isArray(data.elicitations) ? data.elicitations : [];
  return all.flatMap(said => {
    const { success, data: link } = linkSchema.safeParse(said);
    return success ? [{ mode: 'url', ...link }] : [];
  });
}

function inWords(outcome: Outcome & { kind: 'error' }, links: readonly Link[]): Outcome {
  const urls = links.map(({ url }) => url).join(' and ');
  const message = `${outcome.error.message} Open ${urls} and call again.`;
  return { ...outcome, error: { ...outcome.error, message } };
}
