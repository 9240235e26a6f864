import { expect, test, vi } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { answer, reaching, streamed, untilAborted } from './isolate.fake.ts';

const RESULT = { resultType: 'complete' };
const ACK = 'notifications/subscriptions/acknowledged';

test('a subscription tells what is honoured, then each notification, until the server ends it', async () => {
  const changed = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
  const { connector, hooks, seen } = reaching(() =>
    streamed(
      { jsonrpc: '2.0', method: ACK, params: { notifications: { toolsListChanged: true } } },
      changed,
      { jsonrpc: '2.0', id: 1, result: RESULT },
    ),
  );
  await connector.listen({ toolsListChanged: true }, { capabilities: {} }, hooks);
  expect(hooks.acknowledged.mock.calls).toEqual([[{ toolsListChanged: true }]]);
  expect(hooks.notify.mock.calls).toEqual([[changed]]);
  expect(await seen[0]?.request.json()).toMatchObject({
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true } },
  });
});

test('a subscription that breaks off is an error, so that it can be opened again', async () => {
  const { connector, hooks } = reaching(() => streamed());
  await expect(connector.listen({}, { capabilities: {} }, hooks)).rejects.toThrow('without an answer');
});

test.each([
  ['at once', (error: object) => answer({ error }, 404)],
  ['on the stream', (error: object) => streamed({ jsonrpc: '2.0', id: 1, error })],
])('a server that refuses the subscription %s has not ended it in good order', async (_when, respond) => {
  const { connector, hooks } = reaching(() => respond({ code: -32601, message: 'Method not found' }));
  await expect(connector.listen({}, { capabilities: {} }, hooks)).rejects.toThrow(
    refusal('upstream_failed', 'Method not found'),
  );
  expect(hooks.acknowledged).not.toHaveBeenCalled();
});

test('a refusal that comes when nobody listens any more is no error', async () => {
  const { connector, hooks } = reaching(() => answer({ error: { code: -32601, message: 'No.' } }));
  await connector.listen({}, { capabilities: {} }, { ...hooks, signal: AbortSignal.abort() });
  expect(hooks.acknowledged).not.toHaveBeenCalled();
});

test('a subscription that is given up ends quietly', async () => {
  const { connector, hooks, seen } = reaching(untilAborted);
  const controller = new AbortController();
  const done = connector.listen({}, { capabilities: {} }, { ...hooks, signal: controller.signal });
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  controller.abort();
  await done;
});
