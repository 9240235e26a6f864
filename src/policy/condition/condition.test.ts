import { expect, test } from 'vitest';
import { someFacts } from '../facts.fake.ts';
import type { Facts } from '../facts.ts';
import { Scene } from '../scene.ts';
import { compileCondition } from './condition.ts';
import { makeEnvironment } from './vocabulary.ts';

const verdict = (source: string, facts: Facts) =>
  compileCondition(source, makeEnvironment())(new Scene(facts)).verdict;

const ARGS = {
  path: '/etc/passwd',
  amount: 120.5,
  count: 3,
  tags: ['a', 'b'],
  user: { name: 'Ada', admin: false },
  none: null,
  mixed: [1, 'x', null],
};

/** Examples of the CEL specification's conformance suite, put in terms of calls; and what rules say every day. */
test.each([
  'args.count == 3 && 3 == args.count && args.count < 4 && args.count >= 2.5',
  'args.path == "/etc/passwd" && args.path != "/etc"',
  'args.path.startsWith("/etc/") && args.path.endsWith("passwd") && args.path.contains("etc")',
  'args.path.like("/etc/*") && !args.path.like("/home/*")',
  'has(args.user.name) && !has(args.user.email) && !has(args.nothing)',
  'args["user"]["name"] == "Ada" && args.user == {"name": "Ada", "admin": false}',
  '"a" in args.tags && !("c" in args.tags) && "path" in args',
  'args.tags == ["a", "b"] && args.tags[1] == "b" && size(args.tags) == 2',
  'args.tags.exists(t, t == "b") && args.tags.all(t, size(t) == 1) && args.tags.exists_one(t, t == "a")',
  'args.tags.filter(t, t != "a") == ["b"] && args.tags.map(t, t + "!") == ["a!", "b!"]',
  'args.exists(key, key.startsWith("pa"))',
  'args.none == null && args.mixed[1] == "x" && args.count in [1, 2, 3]',
  'args.nothing == 1 || true',
  'true || args.nothing == 1',
  '!(args.nothing == 1 && false)',
  'args.tags.exists(t, t == "a" || t.nothing == 1)',
  'args.count == 3 ? true : args.nothing == 1',
  'int(args.amount) == 120 && double("1.5") == 1.5 && string(args.count) == "3"',
  'args.path.lowerAscii() == "/etc/passwd" && args.path.split("/").size() == 3',
  'type(args.count) == double && type(args.path) == string',
  '7 % 3 == 1 && 7 / 2 == 3 && -7 / 2 == -3 && 1.0 / 4.0 == 0.25',
  '"on-call" in principal.groups && principal.subject == "ada" && principal.client == "editor"',
  'principal.roles.exists(r, r in ["member", "operator"])',
  'server == "files" && tool == "remove" && prompt == "" && resource == ""',
  '!annotations.readOnly && annotations.destructive && !annotations.idempotent && annotations.openWorld',
  '"github" in connections && country == "DE"',
  'now == timestamp("2026-11-25T12:00:00Z") && now.getDayOfWeek() == 3 && now.getHours() == 12',
  'now.getHours("Europe/Berlin") == 13 && now - timestamp("2026-11-25T11:00:00Z") == duration("1h")',
])('%s is true', source => expect(verdict(source, someFacts(ARGS))).toBe('matched'));

test.each([
  'args.nothing == 1',
  'args.path > 1',
  'args.user.name.first == "A"',
  'args.tags[5] == "a"',
  'args.count + 1 == 4',
  'args.path',
  'args.none.x == 1',
  'args.__proto__ == 1',
  'args.constructor == 1',
  'int(args.path) == 1',
  '1 / 0 == 1',
])('%s cannot be told', source => expect(verdict(source, someFacts(ARGS))).toBe('failed'));

test.each([
  ['args.x == 1', 'unknown'],
  ['has(args.x)', 'unknown'],
  ['size(args) == 0', 'unknown'],
  ['args == args', 'unknown'],
  ['args.x == 1 || tool == "remove"', 'matched'],
  ['args.x == 1 && tool == "other"', 'not-matched'],
  ['args.x == 1 && tool == "remove"', 'unknown'],
  ['tool == "remove" ? true : args.x', 'matched'],
  ['args.x ? true : true', 'unknown'],
  ['["a"].exists(a, a == args.x || a == "a")', 'matched'],
  ['["a"].all(a, a == args.x)', 'unknown'],
  ['principal.groups[9] == "a"', 'failed'],
  ['tool == "remove"', 'matched'],
])('without arguments, %s is %s', (source, expected) =>
  expect(verdict(source, someFacts(null))).toBe(expected),
);

test('why a condition fails names no value of the call', () => {
  const condition = compileCondition('bool(args.secret)', makeEnvironment());
  const { reason } = condition(new Scene(someFacts({ secret: 'hunter2' })));
  expect(reason).toContain('bool');
  expect(reason).not.toContain('hunter2');
});

const BIG = 1_000_000;
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

/** What could make an evaluation long: each is held by a bound, with the arguments that would do it. */
test.each([
  ['args.a.contains(args.b)', { a: 'a'.repeat(BIG), b: `${'a'.repeat(BIG / 4)}b${'a'.repeat(BIG / 4)}` }],
  ['args.a.split(args.b).size() == 1', { a: 'a'.repeat(BIG), b: `${'a'.repeat(5000)}b` }],
  ['args.a.all(x, args.a.all(y, x == y))', { a: Array.from({ length: 5000 }, () => 1) }],
  ['args.a.all(x, x == 1)', { a: Array.from({ length: BIG / 2 }, () => 1) }],
  ['args.a.map(x, args.a).size() == 1', { a: Array.from({ length: 20_000 }, () => 1) }],
  ['args.a.split("").all(x, x == "a")', { a: 'a'.repeat(BIG) }],
  ['args.a == args.b', { a: nested(60), b: nested(60) }],
  ['args.x == 1', { x: 1, a: nested(60) }],
  ['args.x == 1', { x: 1, a: Array.from({ length: BIG / 5 }, () => 1) }],
  ['args.a.map(x, x + x).map(x, x + x).map(x, x + x).size() == 1', { a: ['a'.repeat(BIG)] }],
])('%s ends soon, and fails, for arguments made to stall it', (source, args) => {
  const condition = compileCondition(source, makeEnvironment());
  const startedAt = performance.now();
  expect(condition(new Scene(someFacts(args))).verdict).toBe('failed');
  expect(performance.now() - startedAt).toBeLessThan(200);
});

test('doubling a text step by step is refused when it is written', () => {
  const doubling = `[tool]${'.map(x, x + x)'.repeat(20)}.size() == 1`;
  expect(() => compileCondition(doubling, makeEnvironment())).toThrow('it costs too much');
});

test('all conditions of a decision share one budget', () => {
  const condition = compileCondition('args.a.exists(x, x == 2)', makeEnvironment());
  const scene = new Scene(someFacts({ a: Array.from({ length: 10_000 }, () => 1) }));
  const verdicts = Array.from({ length: 20 }, () => condition(scene).verdict);
  expect(verdicts[0]).toBe('not-matched');
  expect(verdicts.at(-1)).toBe('failed');
});

test('a megabyte of arguments is within the bounds of ordinary conditions', () => {
  const args = { path: '/etc/x', text: 'a'.repeat(BIG) };
  for (const source of [
    'args.path.startsWith("/etc")',
    'args.text.contains("needle") || true',
    'size(args.text) > 5',
  ])
    expect(verdict(source, someFacts(args))).toBe('matched');
});
