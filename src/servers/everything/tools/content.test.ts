import { afterAll, describe, expect, it } from 'vitest';
import { connect } from '../client.fake.ts';

describe('tools for each kind of content', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it.each([
    ['test_simple_text', ['text']],
    ['test_image_content', ['image']],
    ['test_audio_content', ['audio']],
    ['test_embedded_resource', ['resource']],
    ['test_multiple_content_types', ['text', 'image', 'resource']],
  ])('%s answers with its kind', async (name, types) => {
    const { content, isError } = await client.callTool({ name });
    expect(content.map(({ type }) => type)).toEqual(types);
    expect(isError).toBeUndefined();
  });

  it('fails in the result rather than in the protocol', async () => {
    const result = await client.callTool({ name: 'test_error_handling' });
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: 'This tool intentionally returns an error for testing' }],
    });
  });
});
