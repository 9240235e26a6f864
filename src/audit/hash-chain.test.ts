import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { genesis, nextPoint } from './hash-chain.ts';

const NAME = { tenant: 'acme', chain: 'account/ada' };

/** As docs/audit.md describes it, without the code that it describes. */
function digest(...fields: readonly string[]): string {
  const hash = createHash('sha256');
  for (const field of fields) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(field));
    hash.update(length).update(field);
  }
  return hash.digest('base64url');
}

test('a hash covers the one before it, its place and the text, each with its length', () => {
  const start = { sequence: 0, hash: digest('gatehouse/audit-genesis', 'acme', 'account/ada') };
  expect(genesis(NAME)).toEqual(start);
  const first = { sequence: 1, hash: digest('gatehouse/audit-chain', start.hash, '1', '{"é":1}') };
  expect(nextPoint(start, '{"é":1}')).toEqual(first);
  expect(nextPoint(first, '{}').hash).toBe(digest('gatehouse/audit-chain', first.hash, '2', '{}'));
});

test('chains of other names begin elsewhere', () => {
  const names = [NAME, { ...NAME, tenant: 'other' }, { ...NAME, chain: 'account/bob' }];
  const shifted = { tenant: 'acmea', chain: 'ccount/ada' };
  expect(new Set([...names, shifted].map(name => genesis(name).hash)).size).toBe(4);
});
