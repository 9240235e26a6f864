import { expect, test } from 'vitest';
import { fakeSettings } from '../env.fake.ts';
import { FakeServer } from './connector.fake.ts';
import { MEMORY } from './isolate.fake.ts';
import { isolateConnector } from './isolate-connector.ts';
import { type Route, targetOf } from './route.ts';

const NOTES = new FakeServer('notes');
const ROUTE: Route = { connector: NOTES, params: { name: 'write', arguments: { id: '1' } } };

const nowhere = () => {
  throw new Error('not called here');
};
const running = (change: Partial<typeof MEMORY>): Route => ({
  ...ROUTE,
  connector: isolateConnector({ ...MEMORY, ...change }, nowhere, fakeSettings()),
});

test('whatever an operator has it called, and however it is described, a tool is the same target', () => {
  const shown = { ...ROUTE, tool: { name: 'write', description: 'Other words.' }, isIndirect: true };
  expect(targetOf(shown)).toBe(targetOf(ROUTE));
  const again = { ...ROUTE, params: { ...ROUTE.params, _meta: {}, inputResponses: {} } };
  expect(targetOf(again)).toBe(targetOf(ROUTE));
});

test.each<[string, Route]>([
  ['tool', { ...ROUTE, params: { name: 'read' } }],
  ['server', { ...ROUTE, connector: new FakeServer('other') }],
  ['resource', { ...ROUTE, params: { uri: 'notes://1' } }],
])('another %s is another target', (_what, other) => {
  expect(targetOf(other)).not.toBe(targetOf(ROUTE));
});

test('so is other code, or the same with other settings', () => {
  const settings = { API_URL: 'https://one.example' };
  const all = [{}, { codeHash: 'other' }, { settings }, { settings: { API_URL: 'https://two.example' } }];
  expect(new Set(all.map(change => targetOf(running(change)))).size).toBe(all.length);
});
