import { afterAll, describe, expect, it } from 'vitest';
import { accepted, connect, exchange } from '../client.fake.ts';

describe('tools that ask the user or the model', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it('shows the message it was given and says what came back', async () => {
    const params = { name: 'test_elicitation', arguments: { message: 'Who are you?' } };
    const asked = await exchange('tools/call', params);
    expect(asked.result).toMatchObject({
      inputRequests: {
        user: { params: { message: 'Who are you?', requestedSchema: { required: ['username', 'email'] } } },
      },
    });
    const user = accepted({ username: 'ada', email: 'ada@example.org' });
    const told = await exchange('tools/call', { ...params, inputResponses: { user } });
    expect(told.result).toMatchObject({
      content: [
        { text: 'User response: action=accept, content={"username":"ada","email":"ada@example.org"}' },
      ],
    });
  });

  it.each([
    ['test_elicitation_sep1034_defaults', ['name', 'age', 'score', 'status', 'verified']],
    [
      'test_elicitation_sep1330_enums',
      ['untitledSingle', 'titledSingle', 'legacyEnum', 'untitledMulti', 'titledMulti'],
    ],
  ])('%s asks for its fields and takes a refusal for an answer', async (name, fields) => {
    const shown: string[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      if ('requestedSchema' in params) shown.push(...Object.keys(params.requestedSchema.properties));
      return { action: 'decline' };
    });
    const { content } = await client.callTool({ name });
    expect(shown).toEqual(fields);
    expect(content).toEqual([{ type: 'text', text: 'Elicitation completed: action=decline, content={}' }]);
  });

  it('puts the prompt to the model', async () => {
    client.setRequestHandler('sampling/createMessage', ({ params }) => {
      expect(params.messages).toEqual([{ role: 'user', content: { type: 'text', text: 'Say hi' } }]);
      return { role: 'assistant', model: 'test', content: { type: 'text', text: 'hi' } };
    });
    const { content } = await client.callTool({ name: 'test_sampling', arguments: { prompt: 'Say hi' } });
    expect(content).toEqual([{ type: 'text', text: 'LLM response: hi' }]);
  });

  it('reports progress and asks on the same stream', async () => {
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { answer: 'yes' } }));
    const progress: number[] = [];
    const { content } = await client.callTool(
      { name: 'test_streaming_elicitation' },
      { onprogress: step => void progress.push(step.progress) },
    );
    // The SDK's client adds a step of its own for each round it answers.
    expect(progress[0]).toBe(50);
    expect(content).toEqual([{ type: 'text', text: 'Streaming complete: yes' }]);
  });
});
