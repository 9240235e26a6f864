import { afterAll, describe, expect, it } from 'vitest';
import { connect, exchange } from '../client.fake.ts';

describe('tools that point elsewhere', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it('answers with a link to a resource that there is', async () => {
    const { content } = await client.callTool({ name: 'test_resource_link' });
    expect(content).toMatchObject([{ type: 'resource_link', uri: 'test://static-text' }]);
    const { contents } = await client.readResource({ uri: 'test://static-text' });
    expect(contents).toHaveLength(1);
  });

  it('asks the user to open a link, then says what they did', async () => {
    const call = { name: 'open_link', arguments: { url: 'https://example.com/page' } };
    const capabilities = { elicitation: { url: {} } };
    const asked = await exchange('tools/call', call, capabilities);
    expect(asked.result).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        link: { method: 'elicitation/create', params: { mode: 'url', url: 'https://example.com/page' } },
      },
    });
    const inputResponses = { link: { action: 'accept' } };
    const told = await exchange('tools/call', { ...call, inputResponses }, capabilities);
    expect(told.result).toMatchObject({ content: [{ text: 'The user was asked: accept' }] });
  });
});
