import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { says } from '../content.ts';
import { answersTo, askFor, field, type Question, roots, sample } from '../questions.ts';
import { heldBy, holdFor } from '../round-state.ts';

const USER_NAME = { user_name: field('What is your name?', 'name', z.string()) };
const CAPITAL = { capital_question: sample('What is the capital of France?', 100) };
const ROOTS = { client_roots: roots() };
const CONFIRM = { confirm: field('Please confirm', 'ok', z.boolean()) };
const THREE_KINDS = { ...USER_NAME, greeting: sample('Generate a greeting', 50), ...ROOTS };
const STEP_1 = { step1: field('Step 1: What is your name?', 'name', z.string()) };
const STEP_2 = { step2: field('Step 2: What is your favorite color?', 'color', z.string()) };

// The SDK has checked that a request declares capabilities, but leaves what it carries untyped.
const envelope = z.object({
  [CLIENT_CAPABILITIES_META_KEY]: z.object({
    elicitation: z.looseObject({}).optional(),
    sampling: z.looseObject({}).optional(),
  }),
});

type Round = (ctx: ServerContext) => Promise<CallToolResult | InputRequiredResult>;

/** Registers the suite's tools for multi round-trip requests (SEP-2322), named `test_input_required_result_*`. */
export function registerInputRequiredTools(server: McpServer): void {
  const register = (name: string, description: string, round: Round) =>
    server.registerTool(name, { description }, round);

  register('test_input_required_result_elicitation', 'Asks the user one question.', async ctx => {
    const answers = answersTo(ctx, USER_NAME);
    return answers ? says(`Hello, ${answers.user_name}!`) : askFor(USER_NAME);
  });
  register('test_input_required_result_sampling', "Asks the client's model one question.", async ctx => {
    const answers = answersTo(ctx, CAPITAL);
    return answers ? says(`Sampling result: ${answers.capital_question}`) : askFor(CAPITAL);
  });
  register('test_input_required_result_list_roots', 'Asks for the roots of the client.', async ctx => {
    const answers = answersTo(ctx, ROOTS);
    return answers ? says(`Roots: ${JSON.stringify(answers.client_roots)}`) : askFor(ROOTS);
  });
  register(
    'test_missing_capability',
    'Needs a client that can sample; others get error -32021.',
    async ctx => (answersTo(ctx, CAPITAL) ? says('The client can sample') : askFor(CAPITAL)),
  );
  register('test_input_required_result_capabilities', 'Asks only what the client can answer.', askTheAble);
  registerHolding(register);
}

function registerHolding(register: (name: string, description: string, round: Round) => unknown): void {
  const stateTool = 'test_input_required_result_request_state';
  register(stateTool, 'Wants its state echoed with the answer.', async ctx => {
    const answers = heldBy(ctx, stateTool) && answersTo(ctx, CONFIRM);
    return answers ? says('state-ok: the state came back') : askFor(CONFIRM, await holdFor(ctx, stateTool));
  });

  const tamperTool = 'test_input_required_result_tampered_state';
  register(tamperTool, 'Refuses state that was altered.', async ctx => {
    const answers = heldBy(ctx, tamperTool) && answersTo(ctx, CONFIRM);
    return answers ? says('integrity-ok: state verified') : askFor(CONFIRM, await holdFor(ctx, tamperTool));
  });

  const manyTool = 'test_input_required_result_multiple_inputs';
  register(manyTool, 'Asks the user, the model and for roots, all at once.', async ctx => {
    const answers = heldBy(ctx, manyTool) && answersTo(ctx, THREE_KINDS);
    if (!answers) return askFor(THREE_KINDS, await holdFor(ctx, manyTool));
    const { user_name, greeting, client_roots } = answers;
    return says(`Name: ${user_name}; Greeting: ${greeting}; Roots: ${client_roots.length}`);
  });

  const roundsTool = 'test_input_required_result_multi_round';
  register(roundsTool, 'Asks twice, and remembers the first answer.', async ctx => {
    const held = heldBy(ctx, roundsTool);
    const name = held?.name ?? (held && answersTo(ctx, STEP_1)?.step1);
    if (name === undefined) return askFor(STEP_1, await holdFor(ctx, roundsTool));
    const color = held?.name === undefined ? undefined : answersTo(ctx, STEP_2)?.step2;
    if (color === undefined) return askFor(STEP_2, await holdFor(ctx, roundsTool, { name }));
    return says(`${name} likes ${color}`);
  });
}

async function askTheAble(ctx: ServerContext): Promise<CallToolResult | InputRequiredResult> {
  const questions = withinReach(ctx);
  if (Object.keys(questions).length === 0) return says('The client can be asked nothing');
  const answers = answersTo(ctx, questions);
  return answers ? says(`capabilities-ok: ${Object.keys(answers).join(', ')}`) : askFor(questions);
}

function withinReach(ctx: ServerContext): Record<string, Question<unknown>> {
  const { elicitation, sampling } = envelope.parse(ctx.mcpReq.envelope)[CLIENT_CAPABILITIES_META_KEY];
  return {
    ...(elicitation && { elicit_input: field('Elicitation input', 'value', z.string()) }),
    ...(sampling && { sample_input: sample('Sample request', 50) }),
  };
}
