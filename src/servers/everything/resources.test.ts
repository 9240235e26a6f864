import { afterAll, describe, expect, it } from 'vitest';
import { connect, exchange } from './client.fake.ts';

describe('resources', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it.each([
    ['test://static-text', { text: 'This is the content of the static text resource.' }],
    ['test://static-binary', { mimeType: 'image/png', blob: expect.stringMatching(/^iVBOR/) }],
    ['test://template/123/data', { text: '{"id":"123","templateTest":true,"data":"Data for ID: 123"}' }],
    ['everything://greetings/dutch', { text: 'Hallo, wereld!' }],
  ])('reads %s', async (uri, content) => {
    const { contents } = await client.readResource({ uri });
    expect(contents).toEqual([expect.objectContaining({ uri, ...content })]);
  });

  it.each(['test://nothing-here', 'everything://greetings/klingon'])(
    'answers -32602 with the address when there is no %s',
    async uri => {
      const { error } = await exchange('resources/read', { uri });
      expect(error).toMatchObject({ code: -32602, data: { uri } });
    },
  );

  it('completes the language of a greeting', async () => {
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri: 'everything://greetings/{language}' },
      argument: { name: 'language', value: 'd' },
    });
    expect(completion.values).toEqual(['danish', 'dutch']);
  });

  it('lets what can change be kept by nobody', async () => {
    const { result } = await exchange('resources/read', { uri: 'test://watched-resource' });
    expect(result).toMatchObject({ ttlMs: 0, cacheScope: 'private' });
  });
});
