import { describe, expect, it } from 'vitest';
import { openMemory } from '../client.fake.ts';
import { FakeState } from '../state.fake.ts';

describe('remember', () => {
  it('answers the id under which the note is recalled, in one hop', async () => {
    const state = new FakeState();
    const { call } = await openMemory(state);
    const kept = await call('remember', { text: 'Tea, no milk', title: 'Drinks', tags: ['home'] });
    expect(kept).toMatchObject({ isError: false, data: { title: 'Drinks', tags: ['home'] } });
    expect(kept.text).toContain(kept.data.id);
    expect(state.hops).toEqual({ get: 0, list: 0, put: 1, delete: 0 });
    const { data } = await call('recall', { id: kept.data.id });
    expect(data).toEqual({ ...kept.data, text: 'Tea, no milk' });
    expect(new Date(data.createdAt).toISOString()).toBe(data.createdAt);
  });

  it.each([
    ['the first line of the text', '\n  Tea, no milk \r\nand no sugar', 'Tea, no milk'],
    ['cut to 80 characters', 'é'.repeat(81), `${'é'.repeat(79)}…`],
    ['cut between characters, not inside one', '🍵'.repeat(81), `${'🍵'.repeat(79)}…`],
    ['without control characters', '\u001b[31mred\u0007', '[31mred'],
    ['a stand-in when nothing visible is left', '\u0000\u0007', 'Untitled note'],
  ])('makes a title of the text: %s', async (_, text, title) => {
    const { call } = await openMemory();
    expect((await call('remember', { text })).data.title).toBe(title);
  });

  it('keeps each tag once, in lower case and trimmed', async () => {
    const { call } = await openMemory();
    const { data } = await call('remember', { text: 'x', tags: ['Work', ' work ', 'ZÜRICH'] });
    expect(data.tags).toEqual(['work', 'zürich']);
  });

  it.each([
    ['no text', {}, /text: .*expected string/],
    ['a blank text', { text: ' \n' }, /text: must not be blank/],
    ['a text of 16 KiB and a byte', { text: 'a'.repeat(16_385) }, /text: must be at most 16384 bytes/],
    [
      'a text of too many bytes in fewer characters',
      { text: '€'.repeat(5_462) },
      /text: must be at most 16384/,
    ],
    ['a blank title', { text: 'x', title: ' ' }, /title: must not be blank; leave it out/],
    [
      'a title of 201 characters',
      { text: 'x', title: '🍵'.repeat(201) },
      /title: must have at most 200 characters/,
    ],
    ['a title of two lines', { text: 'x', title: 'a\nb' }, /title: must be one line without control/],
    [
      '21 tags',
      { text: 'x', tags: Array.from({ length: 21 }, (_, i) => `t${i}`) },
      /tags: must be at most 20 tags/,
    ],
    [
      'a tag of 51 characters',
      { text: 'x', tags: ['ok', 'a'.repeat(51)] },
      /tags\.1: must have at most 50 char/,
    ],
    ['a blank tag', { text: 'x', tags: [''] }, /tags\.0: must not be blank/],
    ['a tag with an escape character', { text: 'x', tags: ['\u001b[31m'] }, /tags\.0: must be one line/],
    ['a misspelt argument', { text: 'x', tag: 'a' }, /Unrecognized key: "tag"/],
  ])('refuses %s, says why, and writes nothing', async (_, args, message) => {
    const state = new FakeState();
    const { call } = await openMemory(state);
    const refused = await call('remember', args);
    expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(message) });
    expect(state.hops.put).toBe(0);
  });

  it('takes everything at its limit', async () => {
    const { call } = await openMemory();
    const tags = Array.from({ length: 20 }, (_, i) => String.fromCodePoint(0x1f600 + i).repeat(50));
    const text = '🍵'.repeat(4_096);
    const { data } = await call('remember', { text, title: '🍵'.repeat(200), tags });
    expect(await call('recall', { id: data.id })).toMatchObject({ isError: false, data: { text, tags } });
  });

  it.each([
    ['control characters', 'a\u0000b\u001b[2Jc\u007fd\r\n\te\u2028f'],
    ['emoji of several code points', '👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301'],
    ['markup and right-to-left marks', '</note># <script>\u202eevil'],
    ['keys that objects inherit', '{"__proto__": {"x": 1}}'],
  ])('gives back %s to the letter', async (_, text) => {
    const { call, remember } = await openMemory();
    const { data, text: shown } = await call('recall', { id: await remember(text) });
    expect(data.text).toBe(text);
    expect(shown.endsWith(text)).toBe(true);
  });

  it('replaces half a surrogate pair, which no store of UTF-8 could give back', async () => {
    const { call, remember } = await openMemory();
    const { data } = await call('recall', { id: await remember('a\ud83cb') });
    expect(data.text).toBe('a\ufffdb');
  });

  it.each([
    ['full', { entries: 0 }, /not remembered: memory is full, its limit is 0 entries\. Forget notes/],
    [
      'too small for the note',
      { valueBytes: 64 },
      /not remembered: it takes more than the 64 bytes .* Shorten it/,
    ],
  ])('says which limit was met when the store is %s', async (_, limits, message) => {
    const { call } = await openMemory(new FakeState(limits));
    const refused = await call('remember', { text: 'x'.repeat(64) });
    expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(message) });
  });
});
