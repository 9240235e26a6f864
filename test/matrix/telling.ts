import { expect } from 'vitest';
import type { Count } from './kind.ts';
import { type Cell, eventually, heardOf, type Primitive } from './primitive.ts';

const WATCHED = 'test://watched-resource';
const COUNT = 'everything://latest-count';

/** What a server tells without being asked each time: logs, progress, changes; and how it is told to stop. */
export const TELLING_PRIMITIVES: readonly Primitive[] = [
  {
    name: 'logging: from a level up, none below it',
    async prove(cell) {
      await cell.client.setLogLevel('info');
      await cell.client.call('test_tool_with_logging');
      await eventually(cell, () => expect(heardOf(cell, 'notifications/message')).toHaveLength(3));
      await cell.client.setLogLevel('warning');
      cell.client.heard.splice(0);
      await cell.client.call('test_tool_with_logging');
      expect(heardOf(cell, 'notifications/message')).toEqual([]);
    },
  },
  {
    name: 'progress',
    async prove({ client }) {
      const steps: number[] = [];
      await client.call(
        'test_tool_with_progress',
        {},
        { onProgress: ({ progress }) => steps.push(progress) },
      );
      expect(steps).toEqual([0, 50, 100]);
    },
  },
  {
    name: 'cancellation reaches the server',
    async prove(cell) {
      const enough = new AbortController();
      const args = { to: 100, delayMs: 50 };
      const call = cell.client.call('slow_count', args, { signal: enough.signal });
      const ended = expect(call).rejects.toThrow();
      await eventually(cell, async () => expect(await latestCount(cell)).toMatchObject({ isRunning: true }));
      enough.abort(new Error('enough'));
      await ended;
      await eventually(cell, async () => expect(await latestCount(cell)).toMatchObject({ isRunning: false }));
      expect((await latestCount(cell)).counted).toBeLessThan(100);
    },
  },
  {
    name: 'list_changed',
    async prove(cell) {
      const unfollow = await cell.client.follow(WATCHED);
      try {
        await cell.client.call('test_trigger_tool_change');
        await cell.client.call('test_trigger_prompt_change');
        const methods = () => new Set(cell.client.heard.map(({ method }) => method));
        await eventually(cell, () =>
          expect(methods()).toEqual(
            new Set(['notifications/tools/list_changed', 'notifications/prompts/list_changed']),
          ),
        );
      } finally {
        await unfollow();
      }
    },
  },
  {
    name: 'resources/updated, while subscribed and no longer',
    async prove(cell) {
      const { client } = cell;
      const updates = () => heardOf(cell, 'notifications/resources/updated');
      const unfollow = await client.follow(WATCHED);
      await client.call('set_watched_text', { text: 'while followed' });
      await eventually(cell, () => expect(updates()).toMatchObject([{ uri: WATCHED }]));
      const { contents } = await client.sdk.readResource({ uri: WATCHED });
      expect(contents).toMatchObject([{ text: 'while followed' }]);

      await unfollow();
      client.heard.splice(0);
      await client.call('set_watched_text', { text: 'when nobody follows' });
      // What is told next shows that nothing was told before it.
      await client.call('test_trigger_tool_change');
      const toolsChanged = () => heardOf(cell, 'notifications/tools/list_changed');
      await eventually(cell, () => expect(toolsChanged().length).toBeGreaterThan(0));
      expect(updates()).toEqual([]);
    },
  },
];

async function latestCount({ client, count }: Cell): Promise<Count> {
  if (count) return count();
  const [content] = (await client.sdk.readResource({ uri: COUNT })).contents as { text: string }[];
  return JSON.parse(content?.text ?? '{}');
}
