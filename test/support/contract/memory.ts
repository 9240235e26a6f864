import { describe, expect } from 'vitest';
import type { TestClient } from '../test-client.ts';
import type { ClientTest } from './client-test.ts';
import { resourceUris } from './resources.ts';

/** How many notes it takes until a list of resources has a second page. */
const MORE_THAN_A_PAGE = 510;
const AT_ONCE = 20;

interface Note {
  readonly id: string;
  readonly title: string;
}

/** Notes: kept for their user over sessions and clients, and for nobody else; lists page by page. */
export function describeMemory(it: ClientTest): void {
  describe('memory', () => {
    it('finds a note again from a later session of another client', async ({ memory, connect }) => {
      const { id } = await remember(memory, 'The lighthouse is white.');
      const later = await connect('/mcp/memory');
      expect(await later.call('recall', { id })).toMatchObject({
        structuredContent: { id, text: 'The lighthouse is white.' },
      });
      const { contents } = await later.sdk.readResource({ uri: `memory://notes/${id}` });
      expect(contents).toMatchObject([{ text: expect.stringContaining('The lighthouse is white.') }]);
      await later.call('forget', { id });
      await later.sdk.close();
    });

    it("shows nobody another user's notes", async ({ memory, connect, users }) => {
      const secret = `secret-${crypto.randomUUID()}`;
      const { id } = await remember(memory, `The word is ${secret}.`);
      const other = await connect('/mcp/memory', users.otherUser);
      expect(await other.call('recall', { id })).toMatchObject({ isError: true });
      expect(await other.call('search', { query: secret })).toMatchObject({
        structuredContent: { matches: [], total: 0 },
      });
      await expect(other.sdk.readResource({ uri: `memory://notes/${id}` })).rejects.toThrow();
      expect(await other.call('forget', { id })).toMatchObject({ structuredContent: { forgotten: false } });
      expect(await memory.call('forget', { id })).toMatchObject({ structuredContent: { forgotten: true } });
      await other.sdk.close();
    });

    it('reads a list tool page by page', async ({ memory }) => {
      const tags = [`page-${crypto.randomUUID()}`];
      for (const said of ['one', 'two', 'three']) await remember(memory, said, tags);
      const titles: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await memory.call('list', { tag: tags[0], limit: 2, ...(cursor && { cursor }) });
        const { notes, nextCursor } = page.structuredContent as { notes: Note[]; nextCursor?: string };
        titles.push(notes.map(({ title }) => title));
        cursor = nextCursor;
        for (const { id } of cursor ? [] : notes) await memory.call('forget', { id });
      } while (cursor);
      expect(titles).toEqual([['one', 'two'], ['three']]);
    });

    it('reads a long list of resources page by page', async ({ memory }) => {
      const count = await haveNotes(memory, MORE_THAN_A_PAGE);
      const uris = await resourceUris(memory);
      // All notes, and the index of them.
      expect(uris).toHaveLength(count + 1);
      expect(new Set(uris).size).toBe(uris.length);
      await expect(memory.sdk.listResources({ cursor: 'made up' })).rejects.toMatchObject({ code: -32602 });
    });
  });
}

async function remember(
  client: TestClient,
  said: string,
  tags: string[] = [],
  tool = 'remember',
): Promise<Note> {
  const { structuredContent } = await client.call(tool, { text: said, tags });
  return structuredContent as Note;
}

/** Makes as many notes as are missing, and tells how many there are. They are left for the next client. */
async function haveNotes(client: TestClient, wanted: number): Promise<number> {
  const { contents } = await client.sdk.readResource({ uri: 'memory://notes' });
  let count = Number(/^# Notes: (\d+)/.exec((contents[0] as { text: string }).text)?.[1]);
  while (count < wanted) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => remember(client, 'One of many.')));
    count += AT_ONCE;
  }
  return count;
}
