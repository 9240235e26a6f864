import { expect, test } from 'vitest';
import { keyRingOf } from '../crypto/key-ring.fake.ts';
import { type AuditRow, openRow, rowAfter } from './audit-row.ts';
import { canonicalText } from './event.ts';
import { genesis } from './hash-chain.ts';
import { CHAIN, eventNumber, openHere, RING, rowsOf } from './trail.fake.ts';

const [ROW] = rowsOf(1) as [AuditRow];

test('a row opens at its place, and says nothing of what happened in the clear', () => {
  expect(openHere(ROW, 1)).toBe(canonicalText(eventNumber(1)));
  const bytes = Buffer.from(ROW.sealed, 'base64url').toString('latin1');
  for (const said of ['github', 'ada', 'GET']) expect(bytes).not.toContain(said);
});

test.each([
  ['tenant', { tenant: 'other' }],
  ['chain', { chain: 'account/bob' }],
  ['id', { id: 'event-2' }],
  ['kid', { kid: 'k2' }],
  ['spelling', { sealed: `${ROW.sealed}=` }],
])('a row of another %s does not open', (_what, change) => {
  expect(openRow(keyRingOf('k2', 'k1'), { ...ROW, ...change }, 1)).toBeNull();
  expect(openRow(keyRingOf('k2', 'k1'), ROW, 1)).not.toBeNull();
});

test('a row does not open at another place', () => {
  expect(openHere(ROW, 2)).toBeNull();
});

test('each tenant has a key of its own', () => {
  const derived: string[] = [];
  const ring = {
    ...RING,
    derive: (...args: Parameters<typeof RING.derive>) => {
      derived.push(`${args[1]} ${Buffer.from(args[2] ?? []).toString()}`);
      return RING.derive(...args);
    },
  };
  rowAfter(genesis(CHAIN), CHAIN, eventNumber(1), ring);
  expect(derived).toEqual(['audit-event acme']);
});

test('the same event under another key has the same hash', () => {
  const renewed = rowAfter(genesis(CHAIN), CHAIN, eventNumber(1), keyRingOf('k1', 'k2'));
  expect(renewed.kid).toBe('k2');
  expect(renewed.hash).toBe(ROW.hash);
});
