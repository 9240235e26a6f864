import { expect, test } from 'vitest';
import { SERVER_NAME } from '../catalog/server-document.ts';
import { seededRandom } from '../crypto/random.fake.ts';
import { type Naming, namesOf } from './names.ts';

const outer = (server: string, name: string, change: Partial<Naming> = {}) =>
  namesOf({ server, isQualified: true, rename: {}, exact: {}, ...change }).outer('tools', name);

test("at its own endpoint a server's names are its own", () => {
  expect(outer('memory', 'recall', { isQualified: false })).toBe('recall');
});

test('at the endpoint of all, names carry their server', () => {
  expect(outer('memory', 'recall')).toBe('memory_recall');
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
    const qualified = outer(server, name);
    expect(seen.get(qualified) ?? `${server} ${name}`).toBe(`${server} ${name}`);
    seen.set(qualified, `${server} ${name}`);
  }
});

test('a tool that an operator has renamed reads like that, with its server where names carry it', () => {
  const rename = { recall: 'look-up' };
  expect(outer('memory', 'recall', { rename })).toBe('memory_look-up');
  expect(outer('memory', 'recall', { rename, isQualified: false })).toBe('look-up');
  expect(outer('memory', 'recall', { rename, exact: { recall: 'find' } })).toBe('find');
  expect(outer('memory', 'toString', { rename, isQualified: false })).toBe('toString');
  expect(
    namesOf({ server: 'memory', isQualified: false, rename, exact: {} }).outer('prompts', 'recall'),
  ).toBe('recall');
});

test('no name is longer than MCP allows, and those that are cut do not meet', () => {
  const long = ['x', 'y'].map(end => outer('a'.repeat(32), 'n'.repeat(127) + end));
  expect(long.map(name => name.length)).toEqual([128, 128]);
  expect(long[0]).not.toBe(long[1]);
  for (const name of long) expect(name).toMatch(/^[A-Za-z0-9_.-]+$/);
});
