import { expect, test } from 'vitest';
import { WantedConnections } from './connection-wants.ts';

const user = { tenant: 'acme', subject: 'ada' };
const want = (connection: string, server = 'issues') => ({ user, server, connection });
const since = (sinceMs: number, server = 'issues') => ({ user, server, sinceMs });

test('what a server wanted is told to who asks for that server, once', () => {
  const wants = new WantedConnections();
  wants.add(want('github'), 10);
  wants.add(want('github'), 11);
  wants.add(want('mail', 'letters'), 12);
  expect(wants.take(since(10))).toEqual(['github']);
  expect(wants.take(since(10))).toEqual([]);
  expect(wants.take(since(10, 'letters'))).toEqual(['mail']);
});

test('what was wanted before the call is not told', () => {
  const wants = new WantedConnections();
  wants.add(want('github'), 10);
  expect(wants.take(since(11))).toEqual([]);
});

test('no more is remembered than the bound', () => {
  const wants = new WantedConnections();
  for (let count = 0; count < 150; count += 1) wants.add(want(`c${count}`), count);
  expect(wants.take(since(0))).toHaveLength(100);
});
