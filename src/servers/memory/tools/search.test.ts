import { describe, expect, it } from 'vitest';
import { openMemory } from '../client.fake.ts';
import { FakeState } from '../state.fake.ts';

async function search(
  notes: { text: string; title?: string; tags?: string[] }[],
  args: Record<string, unknown>,
) {
  const { call, remember } = await openMemory();
  for (const { text, ...more } of notes) await remember(text, more);
  const { data, ...rest } = await call('search', args);
  return { ...rest, data, titles: data?.matches.map((match: { title: string }) => match.title) };
}

describe('search', () => {
  it('finds words in title, tags and text, whatever their case and order', async () => {
    const notes = [
      { text: 'Two SUGARS', title: 'Tea', tags: ['Home'] },
      { text: 'Two sugars', title: 'Coffee' },
    ];
    expect((await search(notes, { query: 'sugar  HOME\ttea' })).titles).toEqual(['Tea']);
  });

  it('ranks a title above a tag above a text, and equals newest first', async () => {
    const notes = [
      { title: 'old text', text: 'about tea' },
      { title: 'new text', text: 'about tea' },
      { title: 'tag', text: 'x', tags: ['tea'] },
      { title: 'Tea', text: 'x' },
    ];
    expect((await search(notes, { query: 'tea' })).titles).toEqual(['Tea', 'tag', 'new text', 'old text']);
  });

  it('answers the best within the limit, and how many there are', async () => {
    const notes = [
      { title: 'a', text: 'tea' },
      { title: 'Tea', text: 'x' },
      { title: 'b', text: 'tea' },
    ];
    const { data, titles, text } = await search(notes, { query: 'tea', limit: 1 });
    expect(titles).toEqual(['Tea']);
    expect(data.total).toBe(3);
    expect(text).toMatch(/^The best 1 of 3 matches:\n- Tea \(id /);
  });

  it('shows the words around the hit, on one line of at most 200 characters', async () => {
    const text = `${'before '.repeat(500)}\u001b[2J\n🍵 NEEDLE\n${'after'.repeat(100)}`;
    const { data } = await search([{ text, title: 'x' }], { query: 'needle' });
    const { excerpt } = data.matches[0];
    expect(excerpt).toMatch(/^… (before )+\[2J 🍵 NEEDLE after/);
    expect([...excerpt]).toHaveLength(200);
  });

  it('says so when nothing matches', async () => {
    const { data, text, isError } = await search([{ text: 'tea' }], { query: 'tea coffee' });
    expect({ data, isError }).toEqual({ data: { matches: [], total: 0 }, isError: false });
    expect(text).toMatch(/^No note has all of these words/);
  });

  it.each([
    ['ＴＥＡ', 'tea'],
    ['e\u0301t\u00e9', 'ÉTÉ'],
    ['.*', 'a .* b'],
    ['👩‍👧', 'x 👩‍👧 y'],
  ])('finds %s in %s', async (query, text) =>
    expect((await search([{ text }], { query })).data.total).toBe(1),
  );

  it('reads many notes in few hops', async () => {
    const state = new FakeState();
    const { call, remember } = await openMemory(state);
    for (let index = 0; index < 150; index++) await remember(`tea ${index}`);
    expect((await call('search', { query: 'TEA' })).data.total).toBe(150);
    expect(state.hops.list).toBe(2);
  });

  it.each([
    [{}, /query: .*expected string/],
    [{ query: ' \n' }, /query: must have at least one word/],
    [{ query: 'a'.repeat(201) }, /query: must have at most 200 characters/],
    [{ query: 'a', limit: 51 }, /limit: .*<=50/],
  ])('refuses %j and says why', async (args, message) => {
    const { isError, text } = await search([], args);
    expect(isError).toBe(true);
    expect(text).toMatch(message);
  });
});
