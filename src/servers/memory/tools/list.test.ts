import { describe, expect, it } from 'vitest';
import { openMemory } from '../client.fake.ts';
import { FakeState } from '../state.fake.ts';

type Memory = Awaited<ReturnType<typeof openMemory>>;

/** Lists to the end; `between` is run after every page but the last. */
async function listAll({ call }: Memory, args: Record<string, unknown>, between = async () => {}) {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const { data } = await call('list', { ...args, ...(cursor !== undefined && { cursor }) });
    pages.push(data.notes.map((note: { id: string }) => note.id));
    cursor = data.nextCursor;
    if (cursor !== undefined) await between();
  } while (cursor !== undefined);
  return { pages, ids: pages.flat() };
}

async function rememberMany(
  { remember }: Memory,
  count: number,
  tagsOf: (index: number) => string[] = () => [],
) {
  const ids: string[] = [];
  for (let index = 0; index < count; index++)
    ids.push(await remember(`Note ${index}`, { tags: tagsOf(index) }));
  return ids;
}

describe('list', () => {
  it('answers that there is nothing when there is nothing', async () => {
    const { call } = await openMemory();
    expect(await call('list')).toEqual({ isError: false, text: 'No notes here.', data: { notes: [] } });
  });

  it('answers the notes oldest first, without their text, in one hop', async () => {
    const state = new FakeState();
    const memory = await openMemory(state);
    const ids = await rememberMany(memory, 3);
    const { data, text } = await memory.call('list');
    expect(data.notes.map((note: { id: string }) => note.id)).toEqual(ids);
    expect(Object.keys(data.notes[0])).toEqual(['id', 'title', 'tags', 'createdAt']);
    expect(text.split('\n')).toHaveLength(3);
    expect(state.hops.list).toBe(1);
  });

  it.each([1, 2, 7, 100])(
    'reaches every note once in pages of %i, also those added meanwhile',
    async limit => {
      const memory = await openMemory();
      const ids = await rememberMany(memory, 14);
      let additions = 0;
      const { pages, ids: listed } = await listAll(memory, { limit }, async () => {
        if (additions++ < 5) ids.push(await memory.remember('added while listing'));
      });
      expect(listed).toEqual(ids);
      expect(Math.max(...pages.map(page => page.length))).toBeLessThanOrEqual(limit);
    },
  );

  it.each([1, 3, 50])('reaches every note with a tag once in pages of %i, however rare', async limit => {
    const memory = await openMemory();
    const ids = await rememberMany(memory, 250, index => (index % 23 === 0 ? ['rare', 'b'] : ['b']));
    const rare = ids.filter((_, index) => index % 23 === 0);
    let additions = 0;
    const { pages, ids: listed } = await listAll(memory, { limit, tag: 'Rare' }, async () => {
      if (additions++ < 5) rare.push(await memory.remember('added while listing', { tags: ['rare'] }));
    });
    expect(listed).toEqual(rare);
    expect(pages.slice(0, -1).every(page => page.length === limit)).toBe(true);
  });

  it('loses and repeats nothing when the note that ended a page is forgotten', async () => {
    const memory = await openMemory();
    const ids = await rememberMany(memory, 6, () => ['a']);
    for (const args of [{ limit: 2 }, { limit: 2, tag: 'a' }]) {
      const first = await memory.call('list', args);
      await memory.call('forget', { id: ids.splice(1, 1)[0] });
      const second = await memory.call('list', { ...args, cursor: first.data.nextCursor });
      expect(second.data.notes[0].id).toBe(ids[1]);
    }
  });

  it('skips a stored value that is no note', async () => {
    const state = new FakeState();
    const memory = await openMemory(state);
    await state.put('note:broken', '{');
    const id = await memory.remember('fine', { tags: ['a'] });
    expect((await listAll(memory, { limit: 1 })).ids).toEqual([id]);
    expect((await listAll(memory, { limit: 1, tag: 'a' })).ids).toEqual([id]);
  });

  it('refuses a cursor that it did not make for this list', async () => {
    const memory = await openMemory();
    await rememberMany(memory, 3, () => ['a', 'b']);
    const { nextCursor } = (await memory.call('list', { limit: 1, tag: 'a' })).data;
    const tampered = [
      { cursor: nextCursor },
      { cursor: nextCursor, tag: 'b' },
      { cursor: `${nextCursor}A`, tag: 'a' },
      { cursor: nextCursor.slice(0, -1), tag: 'a' },
      { cursor: `M${nextCursor.slice(1)}M`, tag: 'a' },
      { cursor: '', tag: 'a' },
      { cursor: '\u0000🍵', tag: 'a' },
      { cursor: 'A'.repeat(100_000), tag: 'a' },
    ];
    for (const args of tampered) {
      expect(await memory.call('list', args)).toMatchObject({
        isError: true,
        text: expect.stringMatching(
          /^The cursor is not one that this list answered\. Pass nextCursor unchanged/,
        ),
      });
    }
  });

  it.each([
    [{ limit: 0 }, /limit: .*>=1/],
    [{ limit: 101 }, /limit: .*<=100/],
    [{ limit: 1.5 }, /limit: .*int/],
    [{ tag: '' }, /tag: must not be blank/],
    [{ cursor: 7 }, /cursor: .*expected string/],
  ])('refuses %j and says why', async (args, message) => {
    const { call } = await openMemory();
    expect(await call('list', args)).toMatchObject({ isError: true, text: expect.stringMatching(message) });
  });
});
