import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compilePolicy } from './compiled-policy.ts';
import { someFacts } from './facts.fake.ts';
import type { Called, Caller } from './facts.ts';
import { parsePolicy } from './parse-policy.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/policy.md'), 'utf8');
const [, TEN = ''] = DOCUMENT.split('## Ten rules');
const RULES = [...TEN.matchAll(/```json\n([^`]*)```/g)].map(
  ([, json = '']) => JSON.parse(json) as { id: string },
);

interface Call {
  readonly args?: Record<string, unknown>;
  readonly caller?: Partial<Caller>;
  readonly called?: Partial<Called>;
}

const READS = { readOnlyHint: true };
const pay = (amount: number): Call => ({ args: { amount }, called: { server: 'billing', name: 'pay' } });
const push = (repo: string): Call => ({ args: { repo }, called: { server: 'github' } });
const file = (path: string): Call => ({ args: { path }, called: { server: 'files' } });
const mail = (...to: string[]): Call => ({ args: { to }, called: { name: 'send_mail' } });
const finance = (country: string | null): Call => ({ caller: { groups: ['finance'], country } });

/** Calls that each rule of the document is about, and calls that it is not about. */
const ABOUT: Readonly<Record<string, readonly [about: readonly Call[], notAbout: readonly Call[]]>> = {
  'contractors-read': [
    [{ caller: { groups: ['contractor-berlin'] } }],
    [{}, { caller: { groups: ['contractor-berlin'] }, called: { annotations: READS } }],
  ],
  'ask-before-destroying': [
    [{}],
    [{ called: { annotations: READS } }, { called: { annotations: { destructiveHint: false } } }],
  ],
  'large-payments': [
    [pay(1000.5), { ...pay(1), args: {} }],
    [pay(1000), { args: { amount: 5000 } }],
  ],
  'no-night-deploys': [
    [{ ...push('site') }],
    [push('docs'), { ...push('site'), called: { server: 'github', annotations: READS } }],
  ],
  'workspace-only': [
    [file('/etc/passwd'), file('/workspace/../etc')],
    [file('/workspace/a'), { called: { server: 'files' } }],
  ],
  'finance-countries': [
    [finance('US'), finance(null)],
    [finance('AT'), {}],
  ],
  'mail-inside': [
    [mail('eve@evil.example'), mail('a@acme.example', 'b@x.example')],
    [mail('a@acme.example')],
  ],
  'no-robots-with-google': [
    [{ caller: { client: 'cron-7' }, called: { connections: ['google-drive'] } }],
    [{ called: { connections: ['google-drive'] } }, { caller: { client: 'pipeline' } }],
  ],
  'calm-search': [[{ called: { name: 'search_notes' } }], [{}]],
  'no-customer-data': [[{ called: { server: 'support-eu' } }], [{}]],
};

/** The night deploy is one; all else happens at noon. */
const AT_NIGHT = Date.parse('2026-11-25T23:00:00Z');

test('the document has ten rules, each of which is tried here', () => {
  expect(RULES.map(({ id }) => id)).toEqual(Object.keys(ABOUT));
  expect(RULES).toHaveLength(10);
});

test.each(RULES)('$id is about what the document says, and nothing else', rule => {
  const policy = compilePolicy(parsePolicy({ rules: [rule] }), 1);
  const isAbout = ({ args = {}, caller = {}, called = {} }: Call) => {
    const facts = someFacts(args, { caller, called });
    const atMs = rule.id === 'no-night-deploys' ? AT_NIGHT : facts.atMs;
    return policy.explain({ ...facts, atMs }).rules[0]?.verdict !== 'not-matched';
  };
  const [about, notAbout] = ABOUT[rule.id] ?? [[], []];
  expect(about.map(isAbout)).toEqual(about.map(() => true));
  expect(notAbout.map(isAbout)).toEqual(notAbout.map(() => false));
});

test('by day the production repository may change', () => {
  const rule = RULES.find(({ id }) => id === 'no-night-deploys');
  const policy = compilePolicy(parsePolicy({ rules: [rule] }), 1);
  const { rules } = policy.explain(someFacts({ repo: 'site' }, { called: { server: 'github' } }));
  expect(rules[0]?.verdict).toBe('not-matched');
});

test('the first example of the document is a policy', () => {
  const [, json = ''] = /```json\n([^`]*)```/.exec(DOCUMENT) ?? [];
  expect(parsePolicy(JSON.parse(json)).rules).toHaveLength(1);
});
