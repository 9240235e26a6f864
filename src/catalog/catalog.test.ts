import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { catalogOf, type ServerEntry, serversAt } from './catalog.ts';

const entry = (name: string, availability: ServerEntry['availability'] = 'always'): ServerEntry => ({
  name,
  title: name,
  description: `The server ${name}.`,
  codeHash: 'hash',
  connections: [],
  availability,
});
const ENTRIES = [entry('memory'), entry('fixture', 'development'), entry('a-b'), entry('a')];
const names = (entries: readonly ServerEntry[]) => entries.map(({ name }) => name);

test('servers come in the order of their names', () => {
  expect(names(catalogOf(ENTRIES, true))).toEqual(['a', 'a-b', 'fixture', 'memory']);
  expect(names(catalogOf(ENTRIES.toReversed(), true))).toEqual(['a', 'a-b', 'fixture', 'memory']);
});

test('a server for development does not exist in production', () => {
  expect(names(catalogOf(ENTRIES, false))).toEqual(['a', 'a-b', 'memory']);
});

test('an endpoint has the server it names, or all of them', () => {
  const catalog = catalogOf(ENTRIES, false);
  expect(names(serversAt(catalog, 'a'))).toEqual(['a']);
  expect(serversAt(catalog, null)).toEqual(catalog);
});

test('the endpoint of all exists even where there is no server', () => {
  expect(serversAt([], null)).toEqual([]);
});

test.each(['fixture', 'A', 'a-', '', '__proto__'])(
  'an unknown server "%s" is refused with those there are',
  name => {
    expect(() => serversAt(catalogOf(ENTRIES, false), name)).toThrow(
      refusal('server_unknown', `There is no server "${name}". The servers here are: a, a-b, memory.`),
    );
  },
);
