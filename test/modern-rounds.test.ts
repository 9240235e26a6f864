import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { envelope, type RawClient } from './support/raw-client.ts';
import { startTestGateway } from './support/test-gateway.ts';
import { answerOf, refusalOf, resultOf, statusOf, type WireMessage, wireClient } from './support/wire.ts';

const PATH = '/mcp/everything';
const CONFIRMING = 'test_input_required_result_request_state';
const MANY = 'test_input_required_result_multiple_inputs';
const CAPABILITIES = { elicitation: { form: {} }, sampling: {}, roots: {} };

const YES = { confirm: { action: 'accept', content: { ok: true } } };
const GREETING = { role: 'assistant', model: 'm', content: { type: 'text', text: 'hello' } };
const THREE = {
  user_name: { action: 'accept', content: { name: 'Ada' } },
  greeting: GREETING,
  client_roots: { roots: [] },
};

let client: RawClient;

beforeAll(async () => {
  client = await wireClient(inject('origin'), PATH);
});

/** One round of a call or another request that may ask. */
function round(params: Record<string, unknown>, of = client, method = 'tools/call'): Promise<Response> {
  return of.modern(method, { arguments: {}, _meta: envelope(CAPABILITIES), ...params });
}

/** The state that the first round of a call hands out. */
async function stateOf(name: string, of = client, more: object = {}): Promise<string> {
  const { resultType, requestState } = await resultOf(round({ name, ...more }, of));
  expect([resultType, typeof requestState]).toEqual(['input_required', 'string']);
  return requestState as string;
}

const confirm = (requestState: unknown, of = client, more: object = {}) =>
  round({ name: CONFIRMING, requestState, inputResponses: YES, ...more }, of);

const invalid = [200, -32602];

describe('2026-07-28, Multi Round-Trip Requests, "requestState"', () => {
  test('leads through the rounds of a call', async () => {
    const name = 'test_input_required_result_multi_round';
    const step1 = { action: 'accept', content: { name: 'Ada' } };
    const step2 = { action: 'accept', content: { color: 'red' } };
    const second = await resultOf(
      round({ name, requestState: await stateOf(name), inputResponses: { step1 } }),
    );
    expect(second).toMatchObject({ resultType: 'input_required', inputRequests: { step2: {} } });
    const { requestState } = second;
    const last = await resultOf(round({ name, requestState, inputResponses: { step2 } }));
    expect(last).toMatchObject({ resultType: 'complete', content: [{ text: 'Ada likes red' }] });
  });

  test('hides what the server put into it, and is never the same twice', async () => {
    const states = await Promise.all([stateOf(CONFIRMING), stateOf(CONFIRMING)]);
    expect(states[0]).not.toBe(states[1]);
    for (const state of states) {
      const readable = state.split('.').map(part => Buffer.from(part, 'base64').toString('latin1'));
      for (const text of [state, ...readable]) {
        expect(text).not.toContain(CONFIRMING);
        expect(text).not.toContain('held');
      }
    }
  });

  test('that was changed anywhere is refused', async () => {
    const state = await stateOf(CONFIRMING);
    expect((await resultOf(confirm(state))).resultType).toBe('complete');
    const places = Array.from({ length: 24 }, (_, number) => Math.floor((number * state.length) / 24));
    const bent = places.map(place => {
      const other = state[place] === 'A' ? 'B' : 'A';
      return state.slice(0, place) + other + state.slice(place + 1);
    });
    const cut = [state.slice(1), state.slice(0, -4), state + state, `${state}AAAA`, 'AAAA', ''];
    const alien: unknown[] = [null, 7, true, {}, [state], { toString: 1 }, '\u0000', 'ü', '__proto__'];
    const answers = await Promise.all([...bent, ...cut, ...alien].map(bad => refusal(bad)));
    expect(answers.filter(code => code !== -32602)).toEqual([]);
  });

  /** Some of these are no valid requests at all; what counts is that they are refused as such. */
  async function refusal(state: unknown): Promise<number | undefined> {
    const response = await confirm(state);
    expect(response.status).toBeLessThan(500);
    return (await answerOf(response)).error?.code;
  }

  test.each([
    ['another user', PATH, 'bob', CONFIRMING],
    ['another client of the same user', PATH, 'ada', CONFIRMING],
    ['another endpoint', '/mcp', 'ada', `everything_${CONFIRMING}`],
  ])('of %s is refused', async (_whose, path, user, name) => {
    const other = await wireClient(inject('origin'), path, user);
    const state = await stateOf(CONFIRMING);
    expect(await refusalOf(round({ name, requestState: state, inputResponses: YES }, other))).toEqual(
      invalid,
    );
  });

  test('is good for the same method, tool and arguments only, in whatever order they are written', async () => {
    const args = { a: 1, b: { c: 2, d: 3 } };
    const requestState = await stateOf(CONFIRMING, client, { arguments: args });
    const again = (params: object, method?: string) =>
      round(
        { name: CONFIRMING, arguments: args, requestState, inputResponses: YES, ...params },
        client,
        method,
      );
    expect(await refusalOf(again({ arguments: { ...args, a: 2 } }))).toEqual(invalid);
    expect(await refusalOf(again({ arguments: {} }))).toEqual(invalid);
    expect(await refusalOf(again({ name: MANY }))).toEqual(invalid);
    expect(await refusalOf(again({ name: 'test_input_required_result_prompt' }, 'prompts/get'))).toEqual(
      invalid,
    );
    const reading = { uri: 'test://static-text', requestState, inputResponses: YES };
    expect(await refusalOf(round(reading, client, 'resources/read'))).toEqual(invalid);
    const reordered = { b: { d: 3, c: 2 }, a: 1 };
    expect(await resultOf(again({ arguments: reordered }))).toMatchObject({ resultType: 'complete' });
  });
});

describe('2026-07-28, Multi Round-Trip Requests: questions and answers', () => {
  test.each([
    ['no answers', {}],
    ['one answer of three', { greeting: GREETING }],
    ['two answers of three', { ...THREE, client_roots: undefined }],
    ['answers to other questions', { other: GREETING }],
    ['an answer of the wrong kind', { ...THREE, user_name: GREETING }],
  ])('with %s all is asked again', async (_what, inputResponses) => {
    const requestState = await stateOf(MANY);
    const again = await resultOf(round({ name: MANY, requestState, inputResponses }));
    expect(Object.keys(again.inputRequests as object).toSorted()).toEqual(Object.keys(THREE).toSorted());
  });

  test('answers that nobody asked for are ignored', async () => {
    const extra = { ...THREE, __proto__: GREETING, constructor: GREETING, more: GREETING };
    const requestState = await stateOf(MANY);
    const done = await resultOf(round({ name: MANY, requestState, inputResponses: extra }));
    expect(done).toMatchObject({ content: [{ text: 'Name: Ada; Greeting: hello; Roots: 0' }] });
  });

  test('a client is never asked for what it has not declared', async () => {
    const plain = { name: 'test_missing_capability', _meta: envelope({}) };
    const response = await round(plain);
    expect(response.status).toBe(400);
    const { error }: WireMessage = await answerOf(response);
    expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities: { sampling: {} } } });
    const some = await resultOf(
      round({ name: 'test_input_required_result_capabilities', _meta: envelope({ sampling: {} }) }),
    );
    expect(Object.keys(some.inputRequests as object)).toEqual(['sample_input']);
  });

  test('prompts may ask too', async () => {
    const name = 'test_input_required_result_prompt';
    const asked = await resultOf(round({ name }, client, 'prompts/get'));
    expect(asked).toMatchObject({ resultType: 'input_required', inputRequests: { user_context: {} } });
    const answers = { user_context: { action: 'accept', content: { context: 'tests' } } };
    const done = await resultOf(round({ name, inputResponses: answers }, client, 'prompts/get'));
    expect(JSON.stringify(done.messages)).toContain('Prompt with context: tests');
  });
});

describe('where questions wait for one second only', () => {
  let stop: (() => Promise<void>) | undefined;
  afterAll(() => stop?.());

  test('state that has expired is refused', async () => {
    const gateway = await startTestGateway({}, { INPUT_TTL_SECONDS: '1' });
    stop = gateway.stop;
    const late = await wireClient(gateway.origin, PATH);
    const state = await stateOf(CONFIRMING, late);
    expect(await statusOf(confirm(state, late))).toBe(200);
    await vi.waitFor(async () => expect(await refusalOf(confirm(state, late))).toEqual(invalid), 5000);
  });
});
