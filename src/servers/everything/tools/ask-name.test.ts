import { afterAll, describe, expect, it } from 'vitest';
import { accepted, connect, exchange } from '../client.fake.ts';

const ask = (round: Record<string, unknown> = {}) => exchange('tools/call', { name: 'ask_name', ...round });

describe('ask_name', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it('puts two answers together', async () => {
    client.setRequestHandler('elicitation/create', ({ params }) => {
      const asksForName = params.message.includes('name');
      return { action: 'accept', content: asksForName ? { name: 'Ada' } : { colour: 'green' } };
    });
    const { content } = await client.callTool({ name: 'ask_name' });
    expect(content).toEqual([{ type: 'text', text: 'Ada likes green.' }]);
  });

  it('offers the colours to choose from and holds the name in its state', async () => {
    const { result } = await ask({ inputResponses: { name: accepted({ name: 'Ada' }) } });
    expect(result).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        colour: {
          params: {
            requestedSchema: { properties: { colour: { enum: ['red', 'green', 'blue', 'yellow'] } } },
          },
        },
      },
      requestState: expect.any(String),
    });
  });

  it('asks again for a colour that is not one of them, and keeps the name', async () => {
    const first = await ask({ inputResponses: { name: accepted({ name: 'Ada' }) } });
    const again = await ask({
      inputResponses: { colour: accepted({ colour: 'octarine' }) },
      requestState: first.result?.requestState,
    });
    expect(again.result).toMatchObject({ inputRequests: { colour: {} } });
    const done = await ask({
      inputResponses: { colour: accepted({ colour: 'blue' }) },
      requestState: again.result?.requestState,
    });
    expect(done.result).toMatchObject({ content: [{ text: 'Ada likes blue.' }] });
  });

  it('wants a name before it hears of a colour', async () => {
    const { result } = await ask({ inputResponses: { colour: accepted({ colour: 'blue' }) } });
    expect(result).toMatchObject({ inputRequests: { name: {} } });
  });

  it('ends when the user declines', async () => {
    const { result } = await ask({ inputResponses: { name: { action: 'decline' } } });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('decline') }] });
  });
});
