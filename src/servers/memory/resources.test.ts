import { ProtocolErrorCode } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { openMemory } from './client.fake.ts';

type Memory = Awaited<ReturnType<typeof openMemory>>;

async function read({ client }: Memory, uri: string) {
  const [content] = (await client.readResource({ uri })).contents;
  if (content === undefined || !('text' in content)) throw new Error(`${uri} is no text`);
  return content;
}

describe('resources', () => {
  it('are each note as Markdown', async () => {
    const memory = await openMemory();
    const id = await memory.remember('No milk.\u0000🍵', { title: 'Tea' });
    const { uri, mimeType, text } = await read(memory, `memory://notes/${id}`);
    expect({ uri, mimeType }).toEqual({ uri: `memory://notes/${id}`, mimeType: 'text/markdown' });
    expect(text).toMatch(/^# Tea\n\n.*\n\nNo milk\.\0🍵$/s);
  });

  it.each([
    'memory://notes/00000000-0000-4000-8000-000000000000',
    'memory://notes/nothing',
    'memory://notes/%2e%2e',
    'memory://other',
  ])('answer %s with resource not found', async uri => {
    const { client } = await openMemory();
    await expect(client.readResource({ uri })).rejects.toMatchObject({
      code: ProtocolErrorCode.InvalidParams,
      data: { uri },
    });
  });

  it('are announced as a template whose ids complete', async () => {
    const { client, remember } = await openMemory();
    const ids = [await remember('a'), await remember('b')];
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([
      { uriTemplate: 'memory://notes/{id}', mimeType: 'text/markdown' },
    ]);
    const complete = async (value: string) => {
      const ref = { type: 'ref/resource', uri: 'memory://notes/{id}' } as const;
      return (await client.complete({ ref, argument: { name: 'id', value } })).completion.values;
    };
    expect(await complete('')).toEqual(ids);
    expect(await complete(ids[1]?.slice(0, 12) ?? '')).toEqual([ids[1]]);
    expect(await complete('no')).toEqual([]);
  });

  it('are listed page by page, the index first, with no loss or repeat while notes are added', async () => {
    const { client, remember } = await openMemory();
    const uris = ['memory://notes'];
    for (let index = 0; index < 120; index++) uris.push(`memory://notes/${await remember(`Note ${index}`)}`);
    const listed: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await client.request({
        method: 'resources/list',
        params: cursor === undefined ? {} : { cursor },
      });
      listed.push(...page.resources.map(({ uri }) => uri));
      cursor = page.nextCursor;
      if (pages++ === 0) uris.push(`memory://notes/${await remember('added while listing')}`);
    } while (cursor !== undefined);
    expect(listed).toEqual(uris);
    expect(pages).toBe(3);
  });

  it('refuse a cursor that is not theirs as invalid parameters', async () => {
    const { client, call, remember } = await openMemory();
    for (let index = 0; index < 3; index++) await remember('x');
    const { nextCursor } = (await call('list', { limit: 1 })).data;
    for (const cursor of [nextCursor, '', 'x.y']) {
      await expect(client.request({ method: 'resources/list', params: { cursor } })).rejects.toMatchObject({
        code: ProtocolErrorCode.InvalidParams,
        message: expect.stringContaining('The cursor is not one that resources/list answered'),
      });
    }
  });
});

describe('the index', () => {
  it('says that there are no notes', async () => {
    expect((await read(await openMemory(), 'memory://notes')).text).toBe('# Notes: 0');
  });

  it('counts notes and tags and names the newest first', async () => {
    const memory = await openMemory();
    const tea = await memory.remember('x', { title: 'Tea', tags: ['home'] });
    const plan = await memory.remember('x', { title: 'Plan', tags: ['work', 'home'] });
    expect((await read(memory, 'memory://notes')).text).toBe(
      '# Notes: 2\n\nTags: home (2), work (1)\n\n' +
        `- Plan (id ${plan}, #work, #home)\n- Tea (id ${tea}, #home)`,
    );
  });

  it('names a hundred notes and says that there are more', async () => {
    const memory = await openMemory();
    for (let index = 0; index < 101; index++) await memory.remember(`Note ${index}`);
    const { text } = await read(memory, 'memory://notes');
    expect(text.match(/^- /gm)).toHaveLength(100);
    expect(text).toMatch(/\n\nThese are the 100 newest\. The list tool answers all\.$/);
  });
});
