import { expect, test } from 'vitest';
import type { ToolChanges } from '../catalog/server-document.ts';
import { checkToolChanges } from './tool-changes.ts';

const definitions = { tools: ['read', 'write', 'list'].map(name => ({ name })) };
const checking = (changes: ToolChanges) => () => checkToolChanges(definitions, changes);

test.each<[string, ToolChanges]>([
  ['nothing', {}],
  ['tools that are there', { only: ['read', 'list'], except: ['list'], describe: { read: 'Reads.' } }],
  ['a new name', { rename: { read: 'look' } }],
  ['the same name', { rename: { read: 'read' } }],
  ['names that change places', { rename: { read: 'write', write: 'read' } }],
  ['the name of a tool that is hidden', { rename: { read: 'write' }, except: ['write'] }],
  ['the name of a tool that is not chosen', { rename: { read: 'write' }, only: ['read'] }],
  ['the name of a tool that has another now', { rename: { read: 'write', write: 'put' } }],
])('changes may say %s', (_, changes) => {
  expect(checking(changes)).not.toThrow();
});

test.each<[string, ToolChanges, RegExp]>([
  ['only', { only: ['read', 'raed'] }, /^tools\.only: there is no tool "raed"\./],
  ['except', { except: ['x', 'y'] }, /^tools\.except: there is no tool "x", "y"\./],
  ['rename', { rename: { x: 'y' } }, /^tools\.rename: there is no tool "x"\./],
  ['describe', { describe: { constructor: 'X' } }, /^tools\.describe: there is no tool "constructor"\./],
])('a tool in "%s" that is not there is refused, with those that are', (_, changes, message) => {
  expect(checking(changes)).toThrow(message);
  expect(checking(changes)).toThrow('The tools of this server are: "list", "read", "write".');
});

test.each<ToolChanges>([{ rename: { read: 'write' } }, { rename: { read: 'x', write: 'x' } }])(
  'two tools never have one name: %j',
  changes => {
    expect(checking(changes)).toThrow(/^tools\.rename: two tools would be "(write|x)"/);
  },
);

test('of a thousand tools only some are named', () => {
  const many = { tools: Array.from({ length: 1000 }, (_, index) => ({ name: `tool-${index}` })) };
  expect(() => checkToolChanges(many, { only: ['x'] })).toThrow(/"tool-0", .* and 950 more\.$/);
});
