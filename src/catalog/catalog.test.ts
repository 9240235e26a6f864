import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { entryOf } from './catalog.fake.ts';
import { byName, isShown, mergedChanges, type Offer, serversAt } from './catalog.ts';

const member = (server: string, tools = {}) => ({ server, tools });
const OFFER: Offer = {
  servers: [
    entryOf('a-b'),
    entryOf('linear', { tools: { except: ['drop'], rename: { a: 'b' } } }),
    entryOf('memory'),
  ],
  virtual: [
    {
      name: 'board',
      title: 'Board',
      description: 'Two of them.',
      members: [
        member('memory'),
        member('linear', { only: ['ask', 'drop'], rename: { ask: 'question' } }),
        member('gone'),
      ],
    },
  ],
};
const names = (name: string | null) =>
  serversAt(OFFER, name).map(({ entry, isQualified }) => [entry.name, isQualified]);

test('servers come in the order of their names', () => {
  const entries = ['memory', 'a-b', 'a'].map(name => ({ name }));
  expect(byName(entries).map(({ name }) => name)).toEqual(['a', 'a-b', 'memory']);
});

test('an endpoint has the server it names, or all of them, whose names carry their server then', () => {
  expect(names('memory')).toEqual([['memory', false]]);
  expect(names(null)).toEqual([
    ['a-b', true],
    ['linear', true],
    ['memory', true],
  ]);
});

test('a virtual server has those of its members that are there, in its own order', () => {
  expect(names('board')).toEqual([
    ['memory', true],
    ['linear', true],
  ]);
});

test('what the operator has said of a server goes at a virtual one too, with what that says on top', () => {
  const linear = serversAt(OFFER, 'board')[1];
  expect(linear?.exactNames).toEqual({ ask: 'question' });
  expect(linear?.tools).toMatchObject({ only: ['ask', 'drop'], rename: { a: 'b', ask: 'question' } });
  expect(['ask', 'drop', 'other'].map(name => isShown(linear?.tools ?? {}, name))).toEqual([
    true,
    false,
    false,
  ]);
});

test('of two lists of what is shown, only what both have is', () => {
  expect(mergedChanges({ only: ['a', 'b'] }, { only: ['b', 'c'] }).only).toEqual(['b']);
  expect(mergedChanges({ only: ['a'] }, {}).only).toEqual(['a']);
  expect(mergedChanges({}, {}).only).toBeUndefined();
});

test('the endpoint of all exists even where there is no server', () => {
  expect(serversAt({ servers: [], virtual: [] }, null)).toEqual([]);
});

test.each(['fixture', 'A', 'a-', '', '__proto__'])(
  'an unknown server "%s" is refused with those there are',
  name => {
    expect(() => serversAt(OFFER, name)).toThrow(
      refusal(
        'server_unknown',
        `There is no server "${name}". The servers here are: a-b, board, linear, memory.`,
      ),
    );
  },
);
