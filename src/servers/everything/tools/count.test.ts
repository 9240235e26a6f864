import { type Client, LOG_LEVEL_META_KEY } from '@modelcontextprotocol/client';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../client.fake.ts';
import * as pace from '../pace.ts';

const WITH_LOG = { [LOG_LEVEL_META_KEY]: 'info' };

describe('tools that take a while', async () => {
  const client = await connect();
  const logged: unknown[] = [];
  client.setNotificationHandler('notifications/message', ({ params }) => void logged.push(params.data));
  beforeEach(() => void logged.splice(0));
  afterAll(() => client.close());

  it('counts with one progress notification and one log message per number', async () => {
    const { progress, result } = await call(client, 'slow_count', { to: 3, delayMs: 0 }, WITH_LOG);
    expect(progress).toEqual([
      { progress: 1, total: 3, message: '1 of 3' },
      { progress: 2, total: 3, message: '2 of 3' },
      { progress: 3, total: 3, message: '3 of 3' },
    ]);
    expect(logged).toEqual(['Counted 1 of 3', 'Counted 2 of 3', 'Counted 3 of 3']);
    expect(result.content).toEqual([{ type: 'text', text: 'Counted to 3.' }]);
  });

  it('stops counting when cancelled', async () => {
    const pause = vi.spyOn(pace, 'pause');
    const controller = new AbortController();
    const counted = client.callTool(
      { name: 'slow_count', arguments: { to: 100, delayMs: 10 } },
      { signal: controller.signal, onprogress: () => controller.abort(new Error('enough')) },
    );
    await expect(counted).rejects.toThrow('enough');
    // The pause in which the cancellation falls is the last one.
    await vi.waitFor(() => expect(pause.mock.settledResults.at(-1)?.type).toBe('rejected'));
    pause.mockRestore();
    expect(await latestCount(client)).toMatchObject({ to: 100, isRunning: false });
  });

  it('says nothing to a request that set no log level', async () => {
    for (const name of ['test_tool_with_logging', 'test_logging_tool']) await call(client, name);
    expect(logged).toEqual([]);
  });

  it('logs three times to a request that set one', async () => {
    await call(client, 'test_tool_with_logging', {}, WITH_LOG);
    expect(logged).toHaveLength(3);
  });

  it('reports growing progress', async () => {
    const { progress } = await call(client, 'test_tool_with_progress');
    expect(progress.map(step => step.progress)).toEqual([0, 50, 100]);
  });

  it('answers though its client could have gone in between', async () => {
    const { result } = await call(client, 'test_reconnection');
    expect(result.isError).toBeUndefined();
  });
});

async function latestCount(client: Client): Promise<unknown> {
  const { contents } = await client.readResource({ uri: 'everything://latest-count' });
  return JSON.parse(contents[0] && 'text' in contents[0] ? contents[0].text : '');
}

async function call(client: Client, name: string, args = {}, _meta = {}) {
  const progress: { progress: number }[] = [];
  const onprogress = (step: { progress: number }) => void progress.push(step);
  const result = await client.callTool({ name, arguments: args, _meta }, { onprogress });
  return { result, progress };
}
