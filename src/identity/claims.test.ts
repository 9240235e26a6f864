import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { personOf, providerOf } from './claims.ts';
import type { IdentityProvider } from './settings.ts';

const PROVIDER: IdentityProvider = {
  id: 'okta',
  name: 'Okta',
  issuer: 'https://acme.okta.com',
  clientId: 'client-1',
  parameters: {},
  scopes: ['openid'],
  tenant: 'acme',
  roles: { claim: 'groups', map: { admins: 'administrator', audit: 'auditor', staff: 'member' } },
  defaultRole: null,
};

const person = (claims: Record<string, unknown>, changes: Partial<IdentityProvider> = {}) =>
  personOf({ ...PROVIDER, ...changes }, { sub: '00u1', ...claims });

test('a person has the tenant of the provider, a subject of their own and the roles of their groups', () => {
  expect(person({ groups: ['staff', 'audit', 'other'], email: 'ada@acme.example' })).toEqual({
    tenant: 'acme',
    subject: 'okta|00u1',
    roles: ['member', 'auditor'],
    name: 'ada@acme.example',
  });
});

test('the same sub at two providers is two people', () => {
  const groups = ['staff'];
  expect(person({ groups }).subject).not.toBe(person({ groups }, { id: 'entra' }).subject);
});

test.each([
  ['one group as text', 'admins', ['administrator']],
  ['the same role by two groups', ['staff', 'staff'], ['member']],
  ['what is no text beside a group', [1, null, { a: 1 }, 'staff'], ['member']],
  ['a group in other letters', ['Admins', 'staff'], ['member']],
])('%s gives roles', (_what, groups, roles) => {
  expect(person({ groups }).roles).toEqual(roles);
});

const GROUPLESS: [string, unknown][] = [
  ['no claim', undefined],
  ['no group', []],
  ['unknown groups', ['strangers']],
  ['names that every object has', ['constructor', '__proto__', 'toString']],
  ['an object', { admins: true }],
  ['a list in text', 'admins,staff'],
  ['a list in a list', [['admins']]],
];

test.each(GROUPLESS)('%s gives no access, or the default role where there is one', (_what, groups) => {
  expect(() => person({ groups })).toThrow(refusal('sign_in_refused', /in no group/));
  expect(person({ groups }, { defaultRole: 'member' }).roles).toEqual(['member']);
});

test('a provider without groups gives the default role', () => {
  expect(person({ groups: ['admins'] }, { roles: undefined, defaultRole: 'member' }).roles).toEqual([
    'member',
  ]);
});

test.each([
  ['as it is', { claim: 'hd' }, 'acme.example', 'acme.example'],
  ['by a map', { claim: 'hd', map: { 'acme.example': 'acme' } }, 'acme.example', 'acme'],
  ['from a list of one', { claim: 'hd' }, ['acme.example'], 'acme.example'],
])('a claim names the tenant %s', (_how, tenant, hd, expected) => {
  expect(person({ hd, groups: 'staff' }, { tenant }).tenant).toBe(expected);
});

test.each([
  ['a claim that is missing', { claim: 'hd' }, undefined],
  ['an empty claim', { claim: 'hd' }, ''],
  ['a claim that is no text', { claim: 'hd' }, 7],
  ['a claim that names two', { claim: 'hd' }, ['a', 'b']],
  ['a name that the map does not have', { claim: 'hd', map: { 'acme.example': 'acme' } }, 'evil.example'],
  ['a name that every object has', { claim: 'hd', map: { 'acme.example': 'acme' } }, 'constructor'],
])('%s gives no tenant and no access', (_what, tenant, hd) => {
  expect(() => person({ hd, groups: 'staff' }, { tenant })).toThrow(
    refusal('sign_in_refused', /"hd" names no tenant/),
  );
});

test('a claim that every object has is read from the token only', () => {
  expect(() => person({ groups: 'staff' }, { tenant: { claim: 'constructor' } })).toThrow(/names no tenant/);
});

test("a person's provider is found again by their subject", () => {
  const others = [{ ...PROVIDER, id: 'okta-2' }, { ...PROVIDER, id: 'o' }, PROVIDER];
  expect(providerOf(others, person({ groups: 'staff' }))?.id).toBe('okta');
  expect(providerOf(others, { tenant: 'default', subject: 'ada', roles: [] })).toBeUndefined();
});

test('what policies may ask a person to be in is the claim that is set, without doubles', () => {
  const groups = { claim: 'teams' };
  const teams = ['red', 'blue', 'red', 7];
  expect(person({ groups: ['staff'], teams }, { groups }).groups).toEqual(['red', 'blue']);
  expect(person({ groups: ['staff'] }, { groups }).groups).toEqual([]);
  expect(person({ groups: ['staff'], teams })).not.toHaveProperty('groups');
});

test('of very many groups those are kept that matter, and without saying which nobody comes in', () => {
  const teams = Array.from({ length: 200 }, (_, number) => `team-${number}`);
  const only = ['team-100', 'team-3'];
  const kept = person({ groups: ['staff'], teams }, { groups: { claim: 'teams', only } });
  expect(kept.groups).toEqual(['team-3', 'team-100']);
  const all = { groups: { claim: 'teams' } };
  expect(() => person({ groups: ['staff'], teams }, all)).toThrow(refusal('sign_in_refused', /2000 bytes/));
});
