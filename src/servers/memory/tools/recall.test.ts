import { describe, expect, it } from 'vitest';
import { openMemory } from '../client.fake.ts';
import { FakeState } from '../state.fake.ts';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

describe('recall', () => {
  it('answers the note as Markdown and as data, in one hop', async () => {
    const state = new FakeState();
    const { call, remember } = await openMemory(state);
    const id = await remember('No milk.', { title: 'Tea', tags: ['home', 'drinks'] });
    const { text, data } = await call('recall', { id });
    expect(text).toMatch(/^# Tea\n\nId: .+\nRemembered: .+\nTags: home, drinks\n\nNo milk\.$/);
    expect(data).toMatchObject({ id, title: 'Tea', tags: ['home', 'drinks'], text: 'No milk.' });
    expect(state.hops).toEqual({ get: 1, list: 0, put: 1, delete: 0 });
  });

  it('takes the id in upper case too', async () => {
    const { call, remember } = await openMemory();
    const id = await remember('x');
    expect((await call('recall', { id: id.toUpperCase() })).data.id).toBe(id);
  });

  it('says how to find ids when there is no such note', async () => {
    const { call } = await openMemory();
    const { isError, text } = await call('recall', { id: UNKNOWN_ID });
    expect(isError).toBe(true);
    expect(text).toBe(`There is no note with the id ${UNKNOWN_ID}. Use search or list to find its id.`);
  });

  it('refuses what is no id before it reaches the store', async () => {
    const state = new FakeState();
    const { call } = await openMemory(state);
    expect(await call('recall', { id: '../other' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('id: must be the id of a note, as remember, search and list answer it'),
    });
    expect(state.hops.get).toBe(0);
  });

  it('sees what another session wrote', async () => {
    const state = new FakeState();
    const [here, there] = [await openMemory(state), await openMemory(state)];
    const id = await there.remember('from the other side');
    expect((await here.call('recall', { id })).data.text).toBe('from the other side');
    await there.call('forget', { id });
    expect((await here.call('recall', { id })).isError).toBe(true);
  });
});
