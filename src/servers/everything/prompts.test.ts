import { afterAll, describe, expect, it } from 'vitest';
import { accepted, connect, exchange } from './client.fake.ts';

describe('prompts', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it('puts the arguments in', async () => {
    const { messages } = await client.getPrompt({
      name: 'test_prompt_with_arguments',
      arguments: { arg1: 'one', arg2: 'two' },
    });
    expect(messages[0]?.content).toEqual({
      type: 'text',
      text: "Prompt with arguments: arg1='one', arg2='two'",
    });
  });

  it('completes an argument', async () => {
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
      argument: { name: 'arg1', value: 'tex' },
    });
    expect(completion.values).toEqual(['text', 'textile']);
  });

  it.each([
    ['test_simple_prompt', {}, ['text']],
    ['test_prompt_with_embedded_resource', { resourceUri: 'test://any' }, ['resource', 'text']],
    ['test_prompt_with_image', {}, ['image', 'text']],
  ])('fills %s', async (name, args, types) => {
    const { messages } = await client.getPrompt({ name, arguments: args });
    expect(messages.map(({ content }) => content.type)).toEqual(types);
  });

  it('asks for its context before it answers', async () => {
    const name = 'test_input_required_result_prompt';
    const asked = await exchange('prompts/get', { name });
    expect(asked.result).toMatchObject({
      resultType: 'input_required',
      inputRequests: { user_context: { method: 'elicitation/create' } },
    });

    const inputResponses = { user_context: accepted({ context: 'a picnic' }) };
    const told = await exchange('prompts/get', { name, inputResponses });
    expect(told.result).toMatchObject({
      messages: [{ role: 'user', content: { text: 'Prompt with context: a picnic' } }],
    });
  });
});
