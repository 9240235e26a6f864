import * as z from 'zod';
import { GatehouseError } from '../errors.ts';
import { isObject, type JsonObject, type Outcome } from '../protocol/message.ts';

/** Says that what follows is the state of whatever is further in, so that it can never be taken for a layer's own. */
const OWN = 'own:';

/** Methods whose results may ask for input (2026-07-28, multi round-trip requests). */
export const ASKING_METHODS: readonly string[] = ['tools/call', 'prompts/get', 'resources/read'];

/** How long a round waits for a person: less than what clients wait for an answer, which is a minute and more. In milliseconds. */
export const ROUND_WAIT_MS = 45_000;

/** What a round was called with that later rounds are not: kept while a layer asks on its own account. */
export const innerRoundSchema = z.object({
  requestState: z.string().optional(),
  inputResponses: z.record(z.string(), z.unknown()).optional(),
});

export type InnerRound = Readonly<z.infer<typeof innerRoundSchema>>;

/** The round that a layer interrupts. */
export function innerRoundOf({ requestState, inputResponses }: JsonObject): InnerRound {
  return innerRoundSchema.parse({ requestState, inputResponses });
}

/** A request as it comes back for another round: the parameters of what is further in, and the layer's own state, if it left one. */
export interface OpenedRound<State> {
  readonly params: JsonObject;
  readonly own: State | null;
}

/**
 * The `requestState` of a layer around a server that asks questions of its own (2026-07-28, multi round-trip requests). Every state that
 * passes the layer is marked, so whoever is further in can say what it likes. Whoever carries states between rounds has sealed them.
 */
export class LayeredState<Schema extends z.ZodType> {
  readonly #mark: string;
  readonly #schema: Schema;

  /** @param name of the layer: another than those of the layers around it. */
  constructor(name: string, schema: Schema) {
    this.#mark = `${name}:`;
    this.#schema = schema;
  }

  /** Reads the state of a round. @throws GatehouseError `request_state_invalid`. */
  open(params: JsonObject): OpenedRound<z.output<Schema>> {
    const { requestState, ...others } = params;
    if (requestState === undefined) return { params, own: null };
    if (typeof requestState !== 'string') throw invalid();
    if (requestState.startsWith(OWN)) {
      return { params: { ...others, requestState: requestState.slice(OWN.length) }, own: null };
    }
    if (!requestState.startsWith(this.#mark)) throw invalid();
    return { params: others, own: this.#schema.parse(JSON.parse(requestState.slice(this.#mark.length))) };
  }

  /** The layer's own state, as text. */
  write(state: z.output<Schema>): string {
    return this.#mark + JSON.stringify(state);
  }
}

/** The result of whatever is further in, with its state marked as such. */
export function withOwnState(result: JsonObject): JsonObject {
  const { requestState } = result;
  if (typeof requestState !== 'string') return result;
  const marked = { ...result, requestState: OWN + requestState };
  if (isOwnQuestion(result)) ownQuestions.add(marked);
  return marked;
}

/** What layers have asked of their own account. */
const ownQuestions = new WeakSet<object>();

/** Whether the gateway itself asks by a result, and not its server: guards on what servers say have nothing to look for in it. */
export function isOwnQuestion(result: JsonObject): boolean {
  return ownQuestions.has(result);
}

/** What asks for input (2026-07-28, `InputRequiredResult`); without questions it only asks to be called again. */
export function inputRequired(requestState: string, inputRequests?: JsonObject): Outcome {
  const result = { resultType: 'input_required', ...(inputRequests && { inputRequests }), requestState };
  ownQuestions.add(result);
  return { kind: 'result', result };
}

/** What somebody has answered to a question: null where there is no answer that means something. */
export function answerTo(question: string, inputResponses: unknown): ElicitationAnswer | null {
  const answer = isObject(inputResponses) ? inputResponses[question] : undefined;
  if (!isObject(answer) || typeof answer.action !== 'string') return null;
  return { action: answer.action, content: isObject(answer.content) ? answer.content : {} };
}

/** The answer to an elicitation, as it came. */
export interface ElicitationAnswer {
  readonly action: string;
  readonly content: JsonObject;
}

function invalid(): GatehouseError {
  return new GatehouseError('request_state_invalid', 'Invalid or expired requestState.', {
    reason: 'invalid_request_state',
  });
}
