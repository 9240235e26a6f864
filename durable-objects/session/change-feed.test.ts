import { expect, test } from 'vitest';
import { Subscribable } from '../../src/connectors/subscribable.fake.ts';
import { feedOf, Held, isSettled, prompt } from './change-feed.fake.ts';

const LISTS = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

/** What a server is asked for by the subscriptions that are open. */
const filters = ({ open }: Subscribable) => open.map(({ filter }) => filter);

/** A feed of one server that has acknowledged what it was asked for so far. */
async function startedFeedOf(server: Held, uri: string) {
  const made = feedOf([server], uri);
  const starting = made.feed.start();
  await isSettled(starting);
  server.acknowledge();
  await starting;
  return made;
}

test('it follows the lists of every server, and of each the subscribed resources in one subscription', async () => {
  const [a, b] = [prompt('a'), prompt('b')];
  const { feed } = feedOf([a, b], 'a:1', 'a:2');
  await feed.start();
  expect(filters(a)).toEqual([LISTS, { resourceSubscriptions: ['a:1', 'a:2'] }]);
  expect(filters(b)).toEqual([LISTS]);
  expect(feed.isRunning).toBe(true);
});

test('what the servers tell reaches the session', async () => {
  const a = prompt('a');
  const { feed, notify } = feedOf([a], 'a:1');
  await feed.start();
  a.open.forEach(({ hooks }, n) => {
    hooks.notify({ method: `changed/${n}` });
  });
  expect(notify.mock.calls).toEqual([[{ method: 'changed/0' }], [{ method: 'changed/1' }]]);
});

test('a start resolves once every server has acknowledged it', async () => {
  const [a, b] = [new Held('a'), new Held('b')];
  const starting = feedOf([a, b], 'b:1').feed.start();
  expect(await isSettled(starting)).toBe(false);
  a.acknowledge();
  expect(await isSettled(starting)).toBe(false);
  b.acknowledge();
  expect(await isSettled(starting)).toBe(true);
});

test('a start resolves too when a server ends its subscription or the feed is stopped', async () => {
  await feedOf([new Subscribable(() => 'ended', 'a')]).feed.start();
  const held = new Held('a');
  const { feed } = feedOf([held], 'a:1');
  const starting = feed.start();
  expect(await isSettled(starting)).toBe(false);
  feed.stop();
  expect(await isSettled(starting)).toBe(true);
});

test('a feed that runs is not started again', async () => {
  const a = prompt('a');
  const { feed } = feedOf([a], 'a:1');
  await Promise.all([feed.start(), feed.start()]);
  await feed.start();
  expect(a.opened).toHaveLength(2);
});

test('without subscriptions only lists are followed, and without servers nothing is', async () => {
  const a = prompt('a');
  await feedOf([a]).feed.start();
  expect(filters(a)).toEqual([LISTS]);
  await feedOf([]).feed.start();
});

test('other resources are followed before the earlier ones are let go', async () => {
  const a = new Held('a');
  const { feed, session } = await startedFeedOf(a, 'a:1');
  session.subscriptions = ['a:1', 'a:2'];
  const following = feed.followResources();
  expect(await isSettled(following)).toBe(false);
  expect(filters(a)).toEqual([
    LISTS,
    { resourceSubscriptions: ['a:1'] },
    { resourceSubscriptions: ['a:1', 'a:2'] },
  ]);
  a.acknowledge();
  await following;
  expect(filters(a)).toEqual([LISTS, { resourceSubscriptions: ['a:1', 'a:2'] }]);
});

test('when the last resource is let go no server is asked for any', async () => {
  const a = prompt('a');
  const { feed, session } = feedOf([a], 'a:1');
  await feed.start();
  session.subscriptions = [];
  await feed.followResources();
  expect(filters(a)).toEqual([LISTS]);
});

test('of several changes at once the last one counts', async () => {
  const a = prompt('a');
  const { feed, session } = feedOf([a]);
  await feed.start();
  const changes = [['a:1'], ['a:1', 'a:2'], ['a:3']].map(subscriptions => {
    session.subscriptions = subscriptions;
    return feed.followResources();
  });
  await Promise.all(changes);
  expect(filters(a)).toEqual([LISTS, { resourceSubscriptions: ['a:3'] }]);
});

test('while nothing is followed, other resources are only looked for at the next start', async () => {
  const a = prompt('a');
  const { feed, session, ownersOf } = feedOf([a]);
  session.subscriptions = ['a:1'];
  await feed.followResources();
  expect(ownersOf).not.toHaveBeenCalled();
  await feed.start();
  expect(filters(a)).toEqual([LISTS, { resourceSubscriptions: ['a:1'] }]);
});

test('a stop ends every subscription, and the feed can be started again', async () => {
  const [a, b] = [prompt('a'), prompt('b')];
  const { feed } = feedOf([a, b], 'a:1', 'b:1');
  await feed.start();
  feed.stop();
  expect([...a.open, ...b.open]).toEqual([]);
  expect(feed.isRunning).toBe(false);
  await feed.start();
  expect([...filters(a), ...filters(b)]).toHaveLength(4);
});

test('a stop while resources change ends the earlier subscription and the new one', async () => {
  const a = new Held('a');
  const { feed, session } = await startedFeedOf(a, 'a:1');
  session.subscriptions = ['a:2'];
  const following = feed.followResources();
  await isSettled(following);
  feed.stop();
  expect(a.open).toEqual([]);
  await following;
  expect(a.open).toEqual([]);
});

test('where the owner of a resource cannot be found the earlier ones are followed on, until a stop', async () => {
  const a = prompt('a');
  const { feed, session } = feedOf([a], 'a:1');
  await feed.start();
  session.subscriptions = ['a:1', 'gone:1'];
  await expect(feed.followResources()).rejects.toThrow('nobody has gone:1');
  expect(filters(a)).toEqual([LISTS, { resourceSubscriptions: ['a:1'] }]);
  feed.stop();
  expect(a.open).toEqual([]);
});
