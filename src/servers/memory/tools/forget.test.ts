import { describe, expect, it } from 'vitest';
import { openMemory } from '../client.fake.ts';
import { FakeState } from '../state.fake.ts';

describe('forget', () => {
  it('removes the note for good, in one hop', async () => {
    const state = new FakeState();
    const { call, remember } = await openMemory(state);
    const [gone, kept] = [await remember('gone'), await remember('kept')];
    expect((await call('forget', { id: gone })).data).toEqual({ id: gone, forgotten: true });
    expect(state.hops).toEqual({ get: 0, list: 0, put: 2, delete: 1 });
    expect((await call('recall', { id: gone })).isError).toBe(true);
    expect((await call('list')).data.notes.map((note: { id: string }) => note.id)).toEqual([kept]);
  });

  it('answers that there was nothing to forget when called again', async () => {
    const { call, remember } = await openMemory();
    const id = await remember('x');
    await call('forget', { id });
    const again = await call('forget', { id });
    expect(again).toMatchObject({ isError: false, data: { id, forgotten: false } });
    expect(again.text).toContain('there is no note with the id');
  });

  it('refuses what is no id', async () => {
    const { call } = await openMemory();
    expect(await call('forget', { id: '*' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('id: must be the id of a note'),
    });
  });
});
