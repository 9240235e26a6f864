import { expect, test, vi } from 'vitest';
import { Subscribable } from '../subscribable.fake.ts';
import { governedListening } from './governed-listening.ts';
import type { MayShow } from './shown-by.ts';

const UPDATED = 'notifications/resources/updated';

/** A subscription at a server that acknowledges at once, by a policy that denies what the test says. */
function listening(filter: object, ...denied: string[]) {
  const server = new Subscribable((hooks, _attempt, honoured) => hooks.acknowledged(honoured), 'notes');
  const policy = { denied: new Set<unknown>(denied) };
  const mayShow: MayShow = (_kind, name) => !policy.denied.has(name);
  const controller = new AbortController();
  const hooks = { signal: controller.signal, acknowledged: vi.fn(), notify: vi.fn() };
  const client = { capabilities: {} };
  const done = governedListening(server, { ...filter }, client as never, hooks, async () => mayShow);
  return { server, policy, hooks, controller, done };
}

const settled = () => new Promise(resolve => setImmediate(resolve));

test('resources that the policy denies are not followed', async () => {
  const { server } = listening({ toolsListChanged: true, resourceSubscriptions: ['a', 'b'] }, 'b');
  await settled();
  expect(server.open.map(({ filter }) => filter)).toEqual([
    { toolsListChanged: true, resourceSubscriptions: ['a'] },
  ]);
});

test('where nothing is left that may be followed the server is not asked', async () => {
  const { server, hooks, done } = listening({ resourceSubscriptions: ['a'] }, 'a');
  await done;
  expect([server.opened.length, hooks.acknowledged.mock.calls]).toEqual([0, [[{}]]]);
});

test('an update of what the policy denies by now is not passed on, and others are, in their order', async () => {
  const { server, policy, hooks } = listening({ resourceSubscriptions: ['a', 'b'] });
  await settled();
  policy.denied.add('b');
  for (const uri of ['b', 'a', 'b']) server.open[0]?.hooks.notify({ method: UPDATED, params: { uri } });
  await settled();
  expect(hooks.notify.mock.calls).toEqual([[{ method: UPDATED, params: { uri: 'a' } }]]);
});

test('nothing is passed on to who has gone away while the policy was asked', async () => {
  const { server, hooks, controller } = listening({ resourceSubscriptions: ['a'] });
  await settled();
  server.open[0]?.hooks.notify({ method: UPDATED, params: { uri: 'a' } });
  controller.abort();
  await settled();
  expect(hooks.notify).not.toHaveBeenCalled();
});
