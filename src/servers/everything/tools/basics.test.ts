import { afterAll, describe, expect, it } from 'vitest';
import { connect } from '../client.fake.ts';

describe('tools to try first', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it('echoes as often as asked', async () => {
    const { content } = await client.callTool({ name: 'echo', arguments: { message: 'hi', repeat: 2 } });
    expect(content).toEqual([{ type: 'text', text: 'hi\nhi' }]);
  });

  it('echoes once by default', async () => {
    const { content } = await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
    expect(content).toEqual([{ type: 'text', text: 'hi' }]);
  });

  it('says what is wrong with arguments in the result', async () => {
    const result = await client.callTool({ name: 'echo', arguments: { message: 'hi', repeat: 0 } });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('repeat') }] });
  });

  it('makes a new id each time, as text and as structure', async () => {
    const [first, second] = await Promise.all([
      client.callTool({ name: 'random_id' }),
      client.callTool({ name: 'random_id' }),
    ]);
    expect(first.structuredContent).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(first.content).toEqual([{ type: 'text', text: (first.structuredContent as { id: string }).id }]);
    expect(second.structuredContent).not.toEqual(first.structuredContent);
  });
});
