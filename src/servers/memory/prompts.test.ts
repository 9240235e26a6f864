import { describe, expect, it } from 'vitest';
import { openMemory } from './client.fake.ts';

type Memory = Awaited<ReturnType<typeof openMemory>>;

async function summarise({ client }: Memory, args: Record<string, string> = {}) {
  const { messages } = await client.getPrompt({ name: 'summarise', arguments: args });
  return messages.map(({ role, content }) => ({
    role,
    uri: content.type === 'resource' ? content.resource.uri : undefined,
    text: content.type === 'resource' && 'text' in content.resource ? content.resource.text : textOf(content),
  }));
}

function textOf(content: { type: string; text?: unknown }): string {
  return typeof content.text === 'string' ? content.text : '';
}

describe('summarise', () => {
  it('shows all notes, oldest first, and asks for a summary', async () => {
    const memory = await openMemory();
    const ids = [await memory.remember('First'), await memory.remember('Second')];
    const messages = await summarise(memory);
    expect(messages.map(({ uri }) => uri)).toEqual([...ids.map(id => `memory://notes/${id}`), undefined]);
    expect(messages[0]?.text).toContain('First');
    expect(messages[2]?.text).toMatch(/^Above are my notes, oldest first\. Sum them up/);
  });

  it('shows only the notes with the tag', async () => {
    const memory = await openMemory();
    await memory.remember('no', { tags: ['home'] });
    const id = await memory.remember('yes', { tags: ['work'] });
    const messages = await summarise(memory, { tag: 'WORK' });
    expect(messages.map(({ uri }) => uri)).toEqual([`memory://notes/${id}`, undefined]);
    expect(messages[1]?.text).toContain('Above are my notes tagged "work"');
  });

  it.each([
    [{}, 'There are no notes. Tell me so; there is nothing to sum up.'],
    [{ tag: 'x' }, 'There are no notes tagged "x". Tell me so; there is nothing to sum up.'],
  ])('says so when there are none for %j', async (args, text) => {
    expect(await summarise(await openMemory(), args)).toEqual([{ role: 'user', uri: undefined, text }]);
  });

  it('shows the newest notes that fit together, and says that there are more', async () => {
    const memory = await openMemory();
    for (let index = 0; index < 14; index++)
      await memory.remember('x'.repeat(16_384), { title: `Note ${index}` });
    const messages = await summarise(memory);
    expect(messages).toHaveLength(13);
    expect(messages[0]?.text).toMatch(/^# Note 2\n/);
    expect(messages.at(-1)?.text).toMatch(/^Above are my notes, oldest first \(the newest 12 of 14\)/);
  });

  it('completes the tag, the most used first', async () => {
    const { client, remember } = await openMemory();
    await remember('a', { tags: ['work', 'home'] });
    await remember('b', { tags: ['work', 'wiki'] });
    const complete = async (value: string) => {
      const ref = { type: 'ref/prompt', name: 'summarise' } as const;
      return (await client.complete({ ref, argument: { name: 'tag', value } })).completion.values;
    };
    expect(await complete('')).toEqual(['work', 'home', 'wiki']);
    expect(await complete('WI')).toEqual(['wiki']);
    expect(await complete('x')).toEqual([]);
  });

  it('refuses a tag that no note can have', async () => {
    const { client } = await openMemory();
    await expect(
      client.getPrompt({ name: 'summarise', arguments: { tag: 'a'.repeat(51) } }),
    ).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('tag: must have at most 50 characters'),
    });
  });
});
