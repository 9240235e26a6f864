import { describe, expect, it } from 'vitest';
import { ASKABLE, accepted, exchange } from '../client.fake.ts';

const PREFIX = 'test_input_required_result_';
const call = (tool: string, round: Record<string, unknown> = {}, capabilities = ASKABLE) =>
  exchange('tools/call', { name: `${PREFIX}${tool}`, ...round }, capabilities);

const sampled = { role: 'assistant', model: 'test', content: { type: 'text', text: 'Paris' } };
const listed = { roots: [{ uri: 'file:///home', name: 'Home' }] };

describe('multi round-trip tools without state', () => {
  it.each([
    ['elicitation', { user_name: accepted({ name: 'Ada' }) }, 'Hello, Ada!'],
    ['sampling', { capital_question: sampled }, 'Sampling result: Paris'],
    ['list_roots', { client_roots: listed }, 'Roots: [{"uri":"file:///home","name":"Home"}]'],
  ])('%s asks first and answers with what it was told', async (tool, inputResponses, text) => {
    const asked = await call(tool);
    expect(asked.result).toMatchObject({ resultType: 'input_required' });
    expect(Object.keys(asked.result?.inputRequests ?? {})).toEqual(Object.keys(inputResponses));
    expect(asked.result).not.toHaveProperty('requestState');
    const told = await call(tool, { inputResponses });
    expect(told.result).toMatchObject({ resultType: 'complete', content: [{ text }] });
  });

  it.each([
    ['another key', { wrong_key: accepted({ name: 'Ada' }) }],
    ['another field', { user_name: accepted({ nickname: 'Ada' }) }],
    ['another kind', { user_name: sampled }],
    ['no object', { user_name: 12345 }],
  ])('asks again when the answer is under %s', async (_what, inputResponses) => {
    const { result } = await call('elicitation', { inputResponses });
    expect(result).toMatchObject({ resultType: 'input_required', inputRequests: { user_name: {} } });
  });

  it('ignores answers to what it has not asked', async () => {
    const inputResponses = { user_name: accepted({ name: 'Ada' }), extra: accepted({ foo: 'bar' }) };
    const { result } = await call('elicitation', { inputResponses });
    expect(result).toMatchObject({ content: [{ text: 'Hello, Ada!' }] });
  });

  it.each([
    [{ sampling: {} }, ['sample_input']],
    [{ elicitation: { form: {} } }, ['elicit_input']],
    [ASKABLE, ['elicit_input', 'sample_input']],
  ])('asks only what the client can answer: %j', async (capabilities, keys) => {
    const { result } = await call('capabilities', {}, capabilities);
    expect(Object.keys(result?.inputRequests ?? {})).toEqual(keys);
  });

  it('does without questions when none can be answered', async () => {
    expect((await call('capabilities', {}, {})).result).toMatchObject({ resultType: 'complete' });
  });

  it('names the capability it cannot do without', async () => {
    const refused = await exchange('tools/call', { name: 'test_missing_capability' }, {});
    expect(refused).toMatchObject({
      status: 400,
      error: { code: -32021, data: { requiredCapabilities: { sampling: {} } } },
    });
  });
});

describe('multi round-trip tools with state', () => {
  const confirm = accepted({ ok: true });

  it('answers when its state comes back with the answer', async () => {
    const { result } = await call('request_state');
    const round = { inputResponses: { confirm }, requestState: result?.requestState };
    expect((await call('request_state', round)).result).toMatchObject({
      content: [{ text: expect.stringContaining('state-ok') }],
    });
  });

  it('asks again when the state stayed behind', async () => {
    const { result } = await call('request_state', { inputResponses: { confirm } });
    expect(result).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) });
  });

  it('asks again when the state belongs to another tool', async () => {
    const { result } = await call('request_state');
    const round = { inputResponses: { confirm }, requestState: result?.requestState };
    expect((await call('tampered_state', round)).result).toMatchObject({ resultType: 'input_required' });
  });

  it('refuses state that was altered', async () => {
    const { result } = await call('tampered_state');
    const round = { inputResponses: { confirm }, requestState: `${result?.requestState}-TAMPERED` };
    expect((await call('tampered_state', round)).error).toMatchObject({ code: -32602 });
  });

  it('asks three kinds of questions at once', async () => {
    const { result } = await call('multiple_inputs');
    const inputResponses = { user_name: accepted({ name: 'Ada' }), greeting: sampled, client_roots: listed };
    const told = await call('multiple_inputs', { inputResponses, requestState: result?.requestState });
    expect(told.result).toMatchObject({ content: [{ text: 'Name: Ada; Greeting: Paris; Roots: 1' }] });
  });

  it('remembers the first answer while it asks for the second', async () => {
    const first = await call('multi_round');
    const second = await call('multi_round', {
      inputResponses: { step1: accepted({ name: 'Ada' }) },
      requestState: first.result?.requestState,
    });
    expect(second.result).toMatchObject({ inputRequests: { step2: {} } });
    expect(second.result?.requestState).not.toBe(first.result?.requestState);
    const third = await call('multi_round', {
      inputResponses: { step2: accepted({ color: 'blue' }) },
      requestState: second.result?.requestState,
    });
    expect(third.result).toMatchObject({ content: [{ text: 'Ada likes blue' }] });
  });
});
