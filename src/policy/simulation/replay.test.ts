import { expect, test } from 'vitest';
import { compilePolicy } from '../compiled-policy.ts';
import type { Policy, Rule } from '../rule.ts';
import { callOf } from './recorded-calls.ts';
import { replayed } from './replay.ts';

const ALL: Rule = { id: 'all', effect: 'allow' };

/** A call as the audit trail has it. */
function recorded(more: object = {}) {
  const event = {
    kind: 'call.ended',
    user: 'bob',
    client: 'c',
    server: 'notes',
    method: 'tools/call',
    name: 'read',
    roles: 'member',
    groups: '["sales"]',
    effect: 'allow',
    rule: 'all',
    ...more,
  };
  const found = { row: { id: 'e1', atMs: 5 }, event };
  const hintsOf = (_server: string, tool: string) => (tool === 'read' ? { readOnlyHint: true } : {});
  return callOf('acme', found as never, hintsOf);
}

const draft = (...rules: Rule[]) => compilePolicy({ rules } satisfies Policy, 0);
const nowOf = (policy: ReturnType<typeof draft>, more: object = {}) =>
  replayed(policy, recorded(more)).differences.map(({ now }) => now);

test('a call is decided about by all that is on record of it', () => {
  expect(recorded({ arguments: '{"id":1}', country: 'CH', connections: 'a b' })).toEqual([
    {
      event: 'e1',
      effect: 'allow',
      rule: 'all',
      facts: {
        caller: {
          tenant: 'acme',
          subject: 'bob',
          client: 'c',
          roles: ['member'],
          groups: ['sales'],
          country: 'CH',
        },
        called: {
          tenant: 'acme',
          server: 'notes',
          kind: 'tool',
          name: 'read',
          annotations: { readOnlyHint: true },
          connections: ['a', 'b'],
        },
        arguments: { id: 1 },
        atMs: 5,
      },
    },
  ]);
});

test('events of other kinds are no calls', () => {
  expect(recorded({ kind: 'policy.saved' })).toEqual([]);
});

test('a draft that says the same differs in nothing, and one that denies says by which rule', () => {
  expect(nowOf(draft(ALL))).toEqual([]);
  expect(nowOf(draft(ALL, { id: 'no', effect: 'deny', who: { groups: ['sales'] } }))).toEqual([
    { effect: 'deny', rule: 'no' },
  ]);
  expect(nowOf(draft())).toEqual([{ effect: 'deny', rule: null }]);
});

test('conditions over arguments that are not on record make it unknown, unless another rule denies', () => {
  const when: Rule = { id: 'odd', effect: 'deny', when: 'args.id == 1' };
  expect(nowOf(draft(ALL, when))).toEqual([{ effect: 'unknown', rule: null }]);
  expect(nowOf(draft(ALL, when), { arguments: '{"id":2}' })).toEqual([]);
  expect(nowOf(draft(ALL, when), { arguments: '{"id":1}' })).toEqual([{ effect: 'deny', rule: 'odd' }]);
  const both = draft(ALL, when, { id: 'no', effect: 'deny', what: { tools: ['read'] } });
  expect(nowOf(both)).toEqual([{ effect: 'deny', rule: 'no' }]);
});

test('a resource whose URI is not on record is unknown, and known by its URI where it is', () => {
  const policy = draft(ALL, { id: 'no', effect: 'deny', what: { resources: ['note://*'] } });
  const read = { method: 'resources/read', name: null };
  expect(nowOf(policy, read)).toEqual([{ effect: 'unknown', rule: null }]);
  expect(nowOf(policy, { ...read, arguments: '{"uri":"note://1"}' })).toEqual([
    { effect: 'deny', rule: 'no' },
  ]);
});

test('arguments that were cut are not known', () => {
  expect(recorded({ arguments: '{"id":1…' })[0]?.facts.arguments).toBeNull();
});
