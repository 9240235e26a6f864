import { afterEach, expect, test, vi } from 'vitest';
import { keyRingOf } from '../crypto/key-ring.fake.ts';
import { connectLink, openTicket, sealTicket } from './connect-ticket.ts';

const RING = keyRingOf('k1');
const TICKET = {
  tenant: 'acme',
  subject: 'okta|ada@acme.example',
  client: 'editor',
  connection: 'tracker',
  server: null,
  scopes: ['items:write'],
};

afterEach(() => {
  vi.useRealTimers();
});

test('a link leads to the page of its connection, and says nothing of its user in the clear', async () => {
  const url = new URL(await connectLink(RING, 'https://mcp.example', TICKET, 600));
  expect([url.origin, url.pathname]).toEqual(['https://mcp.example', '/connect/tracker']);
  const ticket = url.searchParams.get('ticket') ?? '';
  const decoded = ticket.split('.').map(part => Buffer.from(part, 'base64url').toString('latin1'));
  for (const text of [url.href, ...decoded]) expect(text).not.toMatch(/acme|ada|editor/);
  expect(await openTicket(RING, ticket)).toEqual(TICKET);
});

test('a link names the server whose own credential is meant', async () => {
  const url = new URL(await connectLink(RING, 'https://mcp.example', { ...TICKET, server: 'issues' }, 600));
  expect(url.searchParams.get('server')).toBe('issues');
});

test('a ticket opens under the key that sealed it, after a rotation too', async () => {
  const ticket = await sealTicket(RING, TICKET, 600);
  expect(await openTicket(keyRingOf('k1', 'k2'), ticket)).toEqual(TICKET);
  expect(await openTicket(keyRingOf('k2'), ticket)).toBeNull();
});

test('a ticket is good for its time only', async () => {
  const ticket = await sealTicket(RING, TICKET, 600);
  vi.useFakeTimers({ now: Date.now() + 601_000 });
  expect(await openTicket(RING, ticket)).toBeNull();
});

test('what we did not seal is no ticket', async () => {
  const ticket = await sealTicket(RING, TICKET, 600);
  const changed = ticket.slice(0, -2) + (ticket.endsWith('AA') ? 'BB' : 'AA');
  for (const text of ['', 'x', '..', changed, `${ticket}x`, ticket.split('.').slice(1).join('.')]) {
    expect(await openTicket(RING, text)).toBeNull();
  }
});
