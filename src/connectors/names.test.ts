import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/random.fake.ts';
import { SERVER_NAME } from '../runtime/manifest.ts';
import { plainNames, qualifiedNames } from './names.ts';

test("at its own endpoint a server's names are its own", () => {
  expect(plainNames.outer('memory', 'recall')).toBe('recall');
});

test('at the endpoint of all, names carry their server', () => {
  expect(qualifiedNames.outer('memory', 'recall')).toBe('memory_recall');
});

test("a server's name holds no underscore, on which the next promise stands", () => {
  for (const name of ['memory_', '_', 'a_b', 'Memory', '1a', '-a', '', 'a'.repeat(33), 'a\n']) {
    expect(name).not.toMatch(SERVER_NAME);
  }
  for (const name of ['a', 'memory', 'a-1', 'a'.repeat(32)]) expect(name).toMatch(SERVER_NAME);
});

test('no two names of two servers can meet', () => {
  const random = seededRandom();
  const some = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('');
  const seen = new Map<string, string>();
  for (let i = 0; i < 5000; i++) {
    const server = some('ab', 1) + some('a-', random.below(3));
    const name = some('ab_-', 1 + random.below(4));
    const qualified = qualifiedNames.outer(server, name);
    expect(seen.get(qualified) ?? `${server} ${name}`).toBe(`${server} ${name}`);
    seen.set(qualified, `${server} ${name}`);
  }
});
