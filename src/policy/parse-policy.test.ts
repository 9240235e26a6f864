import { expect, test } from 'vitest';
import { GatehouseError } from '../errors.ts';
import { parsePolicy } from './parse-policy.ts';
import { DEFAULT_POLICY } from './rule.ts';

/** What is said of one rule, added to by members that make it wrong. */
function problemOf(members: object) {
  return problemsOf({ rules: [{ id: 'first', effect: 'allow', ...members }] })[0];
}

function problemsOf(policy: unknown) {
  try {
    parsePolicy(policy);
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error;
    expect(error.code).toBe('policy_invalid');
    return (error.data as { problems: { rule: string; path: string; reason: string; at?: object }[] })
      .problems;
  }
  return [];
}

const limit = { effect: 'limit', max: 1, per: 'user' };
const approve = { effect: 'approve', by: 'user' };
const guard = { effect: 'guard', on: ['result'] };

test.each([
  [{ ...limit, count: 'calls' }, 'windowSeconds', 'say within how long'],
  [{ ...limit, count: 'bytes' }, 'windowSeconds', 'say within how long'],
  [{ ...limit, count: 'concurrent', windowSeconds: 60 }, 'windowSeconds', 'leave it out'],
  [{ ...limit, count: 'streams', windowSeconds: 60 }, 'windowSeconds', 'leave it out'],
  [{ ...limit, count: 'streams', per: 'tool' }, 'per', 'of no tool'],
  [{ ...limit, count: 'streams' }, 'count', 'not counted yet'],
  [{ ...approve, scopes: ['period'] }, 'periodSeconds', 'for how long'],
  [{ ...approve, periodSeconds: 60 }, 'periodSeconds', 'leave it out'],
  [{ ...approve, by: {} }, 'by', ''],
  [{ ...guard, find: { maxBytes: 5 }, action: 'mask' }, 'action', 'cannot be masked'],
  [{ ...guard, find: 'everything', action: 'mask' }, 'find', ''],
  [{ id: 'Not An Id' }, 'id', 'lower-case'],
  [{ effect: 'permit' }, 'effect', 'discriminator'],
  [{ who: { roles: ['king'] } }, 'who.roles[0]', ''],
  [{ what: { tools: [''] } }, 'what.tools[0]', ''],
  [{ whn: 'true' }, '', 'whn'],
])('a rule with %j is refused at its %s', (members, member, reason) => {
  const problem = problemOf(members);
  expect(problem?.path).toBe(`rules[0]${member && '.'}${member}`);
  expect(problem?.reason).toContain(reason);
});

test.each([
  ['args.x ==', 1, 10, 'Unexpected token'],
  ['args.x == 1 &&\n  principal.grups == []', 2, 13, 'No such key: grups'],
  ['arguments.x == 1', 1, 1, 'Unknown variable: arguments'],
  ['tool + 1 == 2', 1, 1, 'no such overload'],
  ['size(args)', 1, 1, 'it is of the type int, not a yes or no'],
  ['"a" ', 1, 1, 'it is of the type string'],
  ['tool.foo()', 1, 1, 'no matching overload'],
  ['tool.matches("(a+)+$")', 1, 1, '"matches" may not be used: regular expressions may stall'],
  ['args.b.json() == {}', 1, 1, '"json" may not be used'],
  ['cel.bind(x, args.a, x == x)', 1, 1, '"bind" may not be used'],
  ['args.a == 5u', 1, 11, 'bytes and unsigned numbers may not be used'],
  ['args.a == b"x"', 1, 11, 'bytes and unsigned numbers may not be used'],
  ['tool.like(args.pattern)', 1, 11, 'what "like" is given must be written out'],
  ['duration(args.d) > duration("1h")', 1, 10, 'must be written out'],
  ['now > timestamp("yesterday")', 1, 17, '"timestamp" does not understand "yesterday"'],
  ['now.getHours("Europe/Berin") > 8', 1, 14, '"getHours" does not understand "Europe/Berin"'],
  ['args.a.all(x, args.b.all(y, args.c.all(z, x == z)))', 1, 29, 'nested more than 2 deep'],
  ['args.a.all(x, args.b.all(y, args.c.contains(x + y)))', 1, 1, 'it costs too much'],
  [`${'['.repeat(30)}1${']'.repeat(30)} == []`, 1, 25, 'maxDepth'],
  [`args.x in [${'1,'.repeat(150)}1]`, 1, 212, 'maxListElements'],
])('the condition %s is refused at line %i, column %i: %s', (when, line, column, reason) => {
  const problem = problemOf({ when });
  expect(problem).toMatchObject({ rule: 'first', path: 'rules[0].when', at: { line, column } });
  expect(problem?.reason).toContain(reason);
});

test('two rules of one id are refused, and all that is wrong is told at once', () => {
  const first = { id: 'a', effect: 'deny' };
  expect(problemsOf({ rules: [first, first] })).toMatchObject([{ rule: 'a', path: 'rules[1].id' }]);
  const broken = { ...first, when: 'nope' };
  expect(problemsOf({ rules: [broken, { ...broken, id: 'b' }] })).toMatchObject([
    { rule: 'a' },
    { rule: 'b' },
  ]);
});

test.each([null, 'allow', { rules: {} }, { rules: [null] }, { rules: [], extra: 1 }])(
  '%j is no policy',
  policy => expect(problemsOf(policy).length).toBeGreaterThan(0),
);

test('the default policy is a policy', () => expect(parsePolicy(DEFAULT_POLICY)).toEqual(DEFAULT_POLICY));

test('a disabled rule is checked like any other', () =>
  expect(problemOf({ isDisabled: true, when: 'nope' })?.reason).toContain('Unknown variable'));
