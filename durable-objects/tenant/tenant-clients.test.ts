import { expect, test } from 'vitest';
import { fakeSql } from '../storage/storage.fake.ts';
import { ClientList } from './tenant-clients.ts';

const PAGE = { after: null, limit: 10 };

test('asking stores nothing', () => {
  const sql = fakeSql();
  const clients = new ClientList(sql);
  expect([clients.isBlocked('c'), clients.isConnected('c'), clients.list(PAGE), clients.unended()]).toEqual([
    false,
    false,
    [],
    [],
  ]);
  expect(sql.exec('SELECT name FROM sqlite_master').toArray()).toEqual([]);
});

test('clients are listed with how many have connected them and who has blocked them, a page at a time', () => {
  const clients = new ClientList(fakeSql());
  clients.connected('a', 'ada', 1);
  clients.connected('a', 'bob', 2);
  clients.connected('a', 'bob', 3);
  clients.connected('b', 'bob', 4);
  clients.block('acme', 'b', 'ada', 5);
  clients.block('acme', 'b', 'eve', 6);
  clients.block('acme', 'c', 'ada', 7);
  expect(clients.list(PAGE)).toEqual([
    { client: 'a', members: 2, block: null },
    { client: 'b', members: 1, block: { by: 'ada', atMs: 5 } },
    { client: 'c', members: 0, block: { by: 'ada', atMs: 7 } },
  ]);
  expect(clients.list({ after: 'a', limit: 1 }).map(({ client }) => client)).toEqual(['b']);
});

test('what is left of a block are the members at whom the client was not ended yet', () => {
  const clients = new ClientList(fakeSql());
  clients.connected('a', 'ada', 1);
  clients.connected('a', 'bob', 1);
  clients.connected('b', 'bob', 1);
  expect(clients.unended()).toEqual([]);
  clients.block('acme', 'a', 'ada', 2);
  expect(clients.unended('a')).toEqual(clients.unended());
  const [first] = clients.unended();
  expect(first).toEqual({ client: 'a', tenant: 'acme', subject: 'ada' });
  if (first) clients.ended(first);
  expect(clients.unended().map(({ subject }) => subject)).toEqual(['bob']);
});

test('a client that was unblocked meanwhile is not forgotten where it may have been connected anew', () => {
  const clients = new ClientList(fakeSql());
  clients.connected('a', 'ada', 1);
  clients.block('acme', 'a', 'ada', 2);
  const [left] = clients.unended();
  expect([clients.unblock('a'), clients.unblock('a')]).toEqual([true, false]);
  if (left) clients.ended(left);
  expect(clients.isConnected('a')).toBe(true);
});
