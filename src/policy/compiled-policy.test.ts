import { expect, test } from 'vitest';
import { compilePolicy } from './compiled-policy.ts';
import { someFacts } from './facts.fake.ts';
import { parsePolicy } from './parse-policy.ts';
import { DEFAULT_POLICY } from './rule.ts';

const compiled = (...rules: object[]) =>
  compilePolicy(parsePolicy({ rules: rules.map((rule, at) => ({ id: `r${at}`, ...rule })) }), 7);
const allow = { effect: 'allow' };

test('without a rule that allows it nothing may be called, and a decision names its version', () => {
  expect(compiled().decide(someFacts({}))).toMatchObject({ effect: 'deny', rule: null, version: 7 });
});

test('what is of another organisation is denied whatever rules say', () => {
  const foreign = someFacts({}, { called: { tenant: 'other' } });
  expect(compiled(allow).decide(foreign)).toMatchObject({ effect: 'deny', rule: null });
  expect(compiled(allow).mayShow({ ...foreign, arguments: null })).toBe(false);
});

test.each([
  ['deny', { effect: 'deny', rule: 'r1' }],
  ['allow', { effect: 'deny', rule: null }],
])('a rule that should %s counts against a call for which its condition fails', (effect, expected) => {
  const rules = effect === 'deny' ? [allow] : [{ effect: 'limit', count: 'concurrent', max: 1, per: 'user' }];
  expect(compiled(...rules, { effect, when: 'args.x == 1' }).decide(someFacts({}))).toMatchObject(expected);
});

test('approvals, limits and guards apply where their condition fails', () => {
  const when = 'args.x == 1';
  const policy = compiled(
    allow,
    { effect: 'approve', by: 'user', when },
    { effect: 'limit', count: 'concurrent', max: 1, per: 'user', when },
    { effect: 'guard', on: ['result'], find: 'secrets', action: 'flag', when },
  );
  const { effect, rule, approvals, limits, guards } = policy.decide(someFacts({}));
  expect([effect, rule, approvals.length, limits.length, guards.length]).toEqual(['approve', 'r1', 1, 1, 1]);
  expect(policy.decide(someFacts({ x: 2 })).effect).toBe('allow');
});

test('a denial says why in the words of the rule', () => {
  const policy = compiled(allow, { effect: 'deny', description: 'Nobody removes files.' });
  expect(policy.decide(someFacts({})).reason).toBe('Nobody removes files.');
});

test('a disabled rule does nothing, and is shown as such', () => {
  const policy = compiled(allow, { effect: 'deny', isDisabled: true });
  expect(policy.decide(someFacts({})).effect).toBe('allow');
  expect(policy.explain(someFacts({})).rules[1]).toMatchObject({ rule: 'r1', verdict: 'disabled' });
});

test('an explanation says of each rule which part of it did not fit, is unknown or has failed', () => {
  const policy = compiled(
    allow,
    { effect: 'deny', who: { users: ['bob'] } },
    { effect: 'deny', what: { servers: ['mail'] } },
    { effect: 'deny', what: { prompts: ['*'] } },
    { effect: 'deny', when: 'args.x == 1' },
    { effect: 'deny', when: 'args.y == 1' },
  );
  const findings = (args: Record<string, unknown> | null) =>
    policy.explain(someFacts(args)).rules.map(({ verdict, part }) => `${verdict} ${part}`);
  expect(findings({ x: 2 })).toEqual([
    'matched null',
    'not-matched who',
    'not-matched what',
    'not-matched what',
    'not-matched when',
    'failed when',
  ]);
  expect(findings(null).slice(4)).toEqual(['unknown when', 'unknown when']);
});

test.each([
  [['notes://public/*'], 'notes://{id}', true],
  [['notes://public/*'], 'notes://public/{id}', true],
  [['notes://public/*'], 'notes://private/{id}', false],
  [['files://*'], 'notes://{id}', false],
  [['*'], '{+uri}', true],
])('of resources %j that are allowed, the template %s is shown: %s', (resources, name, isShown) => {
  const policy = compiled({ ...allow, what: { resources } });
  expect(policy.mayShow(someFacts(null, { called: { kind: 'resource', name } }))).toBe(isShown);
});

test('a template is hidden only where all that it makes is denied', () => {
  const shown = (resources: string[]) =>
    compiled(allow, { effect: 'deny', what: { resources } }).mayShow(
      someFacts(null, { called: { kind: 'resource', name: 'notes://{id}' } }),
    );
  expect(shown(['notes://secret/*'])).toBe(true);
  expect(shown(['notes://*'])).toBe(false);
});

test('hints of tools are the worst where a tool says nothing, and are of no other thing', () => {
  const policy = compiled(allow, { effect: 'deny', what: { annotations: { destructive: true } } });
  const effect = (annotations: Record<string, unknown>, kind: 'tool' | 'prompt' = 'tool') =>
    policy.decide(someFacts({}, { called: { annotations, kind } })).effect;
  expect(effect({})).toBe('deny');
  expect(effect({ readOnlyHint: true })).toBe('allow');
  expect(effect({ destructiveHint: false })).toBe('allow');
  expect(effect({}, 'prompt')).toBe('allow');
});

test('by default members may call, and secrets are noted', () => {
  const { effect, guards } = compilePolicy(DEFAULT_POLICY, 0).decide(someFacts({}));
  expect([effect, guards.map(({ action }) => action)]).toEqual(['allow', ['flag']]);
});
