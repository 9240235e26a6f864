import {
  type ElicitRequestFormParams,
  type InputRequest,
  type InputRequiredResult,
  type InputResponseView,
  inputRequired,
  inputResponse,
  type Root,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';

/** One thing asked of the client, and how its answer is read. */
export interface Question<Answer> {
  readonly request: InputRequest;
  /** The answer, or undefined where none (or none that fits) has come. Throws where the user refused. */
  readonly read: (view: InputResponseView) => Answer | undefined;
}

/** What a user did with a form: `content` is there when they accepted it. */
export interface FormReply {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content: Record<string, unknown>;
}

type Questions = Readonly<Record<string, Question<unknown>>>;
type Answers<Asked extends Questions> = {
  [Key in keyof Asked]: Asked[Key] extends Question<infer Answer> ? Answer : never;
};

/** Asks for one value. The answer is checked with the schema; a refusal ends the tool with an error. */
export function field<Value>(message: string, name: string, schema: z.ZodType<Value>): Question<Value> {
  return {
    request: inputRequired.elicit({ message, requestedSchema: z.object({ [name]: schema }) }),
    read(view) {
      if (view.kind !== 'elicit') return undefined;
      // Asking a second time would pester a user who has already said no.
      if (view.action !== 'accept') throw new Error(`No answer to "${message}" (${view.action})`);
      return schema.safeParse(view.content?.[name]).data;
    },
  };
}

/** Asks with a ready-made form. Any reply counts, a refusal included. */
export function form(
  message: string,
  requestedSchema: ElicitRequestFormParams['requestedSchema'],
): Question<FormReply> {
  return {
    request: inputRequired.elicit({ message, requestedSchema }),
    read: view => (view.kind === 'elicit' ? { action: view.action, content: view.content ?? {} } : undefined),
  };
}

/** Asks the client's model. The answer is the text of its reply. */
export function sample(prompt: string, maxTokens: number): Question<string> {
  return {
    request: inputRequired.createMessage({
      messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
      maxTokens,
    }),
    read(view) {
      if (view.kind !== 'sampling') return undefined;
      const blocks = [view.result.content].flat();
      return blocks.map(block => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
    },
  };
}

/** Asks which roots the client works in. */
export function roots(): Question<readonly Root[]> {
  return {
    request: inputRequired.listRoots(),
    read: view => (view.kind === 'roots' ? view.roots : undefined),
  };
}

/**
 * Reads the answers this round brought.
 *
 * @returns one answer per question, or undefined while any of them is missing; keys nobody asked for are ignored
 */
export function answersTo<Asked extends Questions>(
  ctx: ServerContext,
  questions: Asked,
): Answers<Asked> | undefined {
  const answers: Record<string, unknown> = {};
  for (const [key, question] of Object.entries(questions)) {
    const answer = question.read(inputResponse(ctx.mcpReq.inputResponses, key));
    if (answer === undefined) return undefined;
    answers[key] = answer;
  }
  return answers as Answers<Asked>;
}

/**
 * The result that asks. All questions are asked again when one answer is missing, as a round brings only
 * its own answers (spec: basic/patterns/mrtr).
 */
export function askFor(questions: Questions, requestState?: string): InputRequiredResult {
  const requests = Object.entries(questions).map(([key, { request }]) => [key, request] as const);
  return inputRequired({
    inputRequests: Object.fromEntries(requests),
    ...(requestState !== undefined && { requestState }),
  });
}
