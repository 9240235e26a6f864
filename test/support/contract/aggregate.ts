import { describe, expect } from 'vitest';
import type { ClientTest } from './client-test.ts';
import { resourceUris } from './resources.ts';
import { text } from './tools.ts';

/** The endpoint of all servers: names carry their server, addresses lead to it. */
export function describeAggregate(it: ClientTest): void {
  describe('all servers at once', () => {
    it('names tools and prompts after their servers', async ({ all }) => {
      const { tools } = await all.sdk.listTools();
      expect(tools.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['everything_echo', 'memory_remember']),
      );
      expect(tools.every(({ name }) => /^(everything|memory)_/.test(name))).toBe(true);
      const { prompts } = await all.sdk.listPrompts();
      expect(prompts.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['everything_test_simple_prompt', 'memory_summarise']),
      );
    });

    it('reaches each server by its names and addresses', async ({ all }) => {
      const kept = await all.call('memory_remember', { text: 'Kept at /mcp.', tags: ['aggregate'] });
      const { id } = kept.structuredContent as { id: string };
      const { content } = await all.call('everything_echo', { message: 'through /mcp' });
      expect(content).toEqual([text('through /mcp')]);
      for (const uri of ['test://static-text', `memory://notes/${id}`]) {
        expect((await all.sdk.readResource({ uri })).contents).toMatchObject([{ uri }]);
      }
      expect(await resourceUris(all)).toEqual(
        expect.arrayContaining(['test://static-text', `memory://notes/${id}`]),
      );
      const { messages } = await all.sdk.getPrompt({
        name: 'memory_summarise',
        arguments: { tag: 'aggregate' },
      });
      expect(JSON.stringify(messages)).toContain('Kept at /mcp.');
      const { completion } = await all.sdk.complete({
        ref: { type: 'ref/prompt', name: 'memory_summarise' },
        argument: { name: 'tag', value: 'aggr' },
      });
      expect(completion.values).toEqual(['aggregate']);
      await all.call('memory_forget', { id });
    });

    it('is asked through it as well', async ({ all }) => {
      all.person.fillIn = ({ fields: [field = ''] }) => ({
        action: 'accept',
        content: { [field]: field === 'name' ? 'Bo' : 'blue' },
      });
      expect((await all.call('everything_ask_name')).content).toEqual([text('Bo likes blue.')]);
    });
  });
}
