import { expect, test, vi } from 'vitest';
import { fakeSettings } from '../../src/env.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { AccountConnections } from './connections.ts';
import { GrantRecords } from './grant-records.ts';
import { SealedRows } from './sealed-rows.ts';
import { SessionRegister } from './session-register.ts';

const LATER = Math.floor(Date.now() / 1000) + 600;
const RESOURCE = 'https://mcp.example.com/mcp';
const OWNER = { tenant: 'acme', subject: 'ada' };
const RING = fakeSettings().keyRing;

/** A grant as the library writes it. */
const grant = (installation: string, clientId: string, scope = ['mcp']) => ({
  value: JSON.stringify({
    clientId,
    scope,
    resource: RESOURCE,
    createdAt: 1_700_000_000,
    metadata: { installation },
  }),
  metadata: null,
  expiresAt: LATER,
});
const token = { value: '{}', metadata: null, expiresAt: LATER };

const session = (object: string, installationId: string) => ({
  object,
  installationId,
  resource: RESOURCE,
  revision: '2025-11-25',
  client: { name: 'Editor', version: '1' },
});

function account() {
  const { sql } = new FakeStorage().storage;
  const told: string[] = [];
  const grants = new GrantRecords(sql);
  const sessions = new SessionRegister(sql, object => ({
    endWithGrant: async () => void told.push(object),
    hangUp: async () => {},
  }));
  const rows = new SealedRows(sql, RING, OWNER);
  return { connections: new AccountConnections(sql, grants, sessions), grants, rows, told, sql };
}

test('asking about somebody who never connected anything stores nothing', () => {
  const { connections, sql, rows } = account();
  expect([connections.list(rows), connections.installationsOf('editor', rows)]).toEqual([[], []]);
  expect(sql.exec('SELECT name FROM sqlite_master').toArray()).toEqual([]);
});

test('an installation is shown once, with all that its grants allow together', () => {
  const { connections, rows } = account();
  connections.write('grant:u:a', grant('i', 'editor'));
  connections.write('grant:u:b', grant('i', 'editor', ['mcp', 'memory:write']));
  connections.write('grant:u:c', grant('j', 'other'));
  connections.openedSession(session('s', 'i'), rows.labels, 1000);
  const shown = connections.list(rows).find(({ id }) => id === 'i');
  expect(shown).toMatchObject({ client: 'editor', resource: RESOURCE, scopes: ['mcp', 'memory:write'] });
  expect(shown?.sessions).toHaveLength(1);
  expect(connections.installationsOf('editor', rows)).toEqual(['i']);
});

test('the use of a token is noticed, at most once a minute', () => {
  vi.useFakeTimers();
  const { connections, rows } = account();
  connections.write('grant:u:a', grant('i', 'editor'));
  connections.write('token:u:a:1', token);
  const lastUse = () => connections.list(rows)[0]?.lastUsedAtMs;
  expect(lastUse()).toBeNull();
  const firstMs = Date.now();
  connections.noticeUse('token:u:a:1');
  vi.advanceTimersByTime(59_999);
  connections.noticeUse('token:u:a:1');
  expect(lastUse()).toBe(firstMs);
  vi.advanceTimersByTime(1);
  connections.noticeUse('token:u:a:1');
  expect(lastUse()).toBe(firstMs + 60_000);
  vi.useRealTimers();
});

test('what was under way when an installation ended comes to nothing: no grant, no token, no session', async () => {
  const { connections, grants, told, rows } = account();
  connections.write('grant:u:a', grant('i', 'editor'));
  connections.openedSession(session('s', 'i'), rows.labels, 1000);
  await connections.end('i');
  expect(told).toEqual(['s']);
  expect(connections.write('grant:u:a', grant('i', 'editor'))).toBe(false);
  expect(connections.write('token:u:a:1', token)).toBe(false);
  expect(connections.openedSession(session('t', 'i'), rows.labels, 1000)).toBe(false);
  expect(grants.list('')).toEqual([]);
  expect(connections.list(rows)).toEqual([]);
});

test('a token cannot be written without its grant', () => {
  const { connections } = account();
  expect(connections.write('token:u:a:1', token)).toBe(false);
});

test('an installation that stands without a grant is shown and found like any other, until it ends', async () => {
  const { connections, rows } = account();
  const { id } = rows.standing.of('ci', RESOURCE);
  connections.noticeStanding(id);
  expect(connections.list(rows)).toMatchObject([{ id, client: 'ci', resource: RESOURCE, scopes: [] }]);
  expect(connections.list(rows)[0]?.lastUsedAtMs).not.toBeNull();
  expect([connections.installationsOf('ci', rows), connections.clientOf(id, rows)]).toEqual([[id], 'ci']);
  await connections.end(id);
  expect([connections.list(rows), connections.clientOf(id, rows)]).toEqual([[], null]);
});
