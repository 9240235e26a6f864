import { expect, test } from 'vitest';
import { fakeEnv } from '../env.fake.ts';
import { availableIn, hostedOffer, isSetUp } from './offered-servers.ts';

const GITHUB = JSON.stringify([{ id: 'github', name: 'GitHub', preset: 'github' }]);
const names = (variables: Record<string, string>, tenant: string | null = 'acme') =>
  hostedOffer(fakeEnv(variables), tenant).map(({ name }) => name);

test('a server without the connections that it declares is not offered', () => {
  expect(names({})).not.toContain('github');
  expect(names({ CONNECTIONS: '[{"id":"other","name":"Other","preset":"slack"}]' })).not.toContain('github');
  expect(names({ CONNECTIONS: GITHUB })).toContain('github');
});

test('a server whose connections are for some organisations is offered to these', () => {
  const tenants = ['acme', 'other'];
  const own = { CONNECTIONS: JSON.stringify([{ id: 'github', name: 'GitHub', preset: 'github', tenants }]) };
  expect(names(own)).toContain('github');
  expect(names(own, 'third')).not.toContain('github');
  expect(names(own, null)).toContain('github');
});

test('a server that declares none is always offered', () => {
  expect(names({})).toContain('memory');
});

test('one of several connections is enough', () => {
  expect(isSetUp({ connections: ['a', 'b'] }, new Set(['b']))).toBe(true);
  expect(isSetUp({ connections: ['a', 'b'] }, new Set(['c']))).toBe(false);
});

test('a server for development does not exist in production, and what others are made of is never one', () => {
  const shown = (availability: 'always' | 'development' | 'template') =>
    [true, false].map(isDevelopment => availableIn(isDevelopment)({ availability }));
  expect([shown('always'), shown('development'), shown('template')]).toEqual([
    [true, true],
    [true, false],
    [false, false],
  ]);
});
