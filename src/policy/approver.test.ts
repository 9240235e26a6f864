import { expect, test } from 'vitest';
import type { Approver } from './approvals.ts';
import { mayDecide, maySee, mayWithdraw } from './approver.ts';

const asker = { tenant: 'acme', subject: 'ada', client: 'agent', installation: 'laptop' };
const BY_USER = { asker, rule: { by: 'user' } } as const;
const BY_OTHERS = { asker, rule: { by: { roles: ['operator'], groups: ['finance-*'] } } } as const;

function somebody(more: Partial<Approver> = {}): Approver {
  return { tenant: 'acme', subject: 'bob', roles: ['member'], groups: [], client: null, ...more };
}

test.each([
  ['the asker, of their own call', BY_USER, somebody({ subject: 'ada' }), true],
  [
    'the asker by another client than the one that calls',
    BY_USER,
    somebody({ subject: 'ada', client: 'api' }),
    true,
  ],
  ['the asker by the client that calls', BY_USER, somebody({ subject: 'ada', client: 'agent' }), false],
  ['somebody of the same name elsewhere', BY_USER, somebody({ subject: 'ada', tenant: 'other' }), false],
  ['an operator, of what its user decides', BY_USER, somebody({ roles: ['operator'] }), false],
  ['an operator', BY_OTHERS, somebody({ roles: ['member', 'operator'] }), true],
  [
    'an operator of another organisation',
    BY_OTHERS,
    somebody({ roles: ['operator'], tenant: 'other' }),
    false,
  ],
  [
    'an operator by the client that calls',
    BY_OTHERS,
    somebody({ roles: ['operator'], client: 'agent' }),
    false,
  ],
  ['the asker, though an operator', BY_OTHERS, somebody({ roles: ['operator'], subject: 'ada' }), false],
  ['somebody in a group', BY_OTHERS, somebody({ groups: ['finance-eu'] }), true],
  ['somebody in another group', BY_OTHERS, somebody({ groups: ['sales'] }), false],
  ['an administrator, whom the rule does not name', BY_OTHERS, somebody({ roles: ['administrator'] }), false],
] as const)('may decide: %s', (_who, decidable, approver, may) => {
  expect(mayDecide(decidable, approver)).toBe(may);
});

test.each([
  ['the asker', somebody({ subject: 'ada' }), true, true],
  ['an operator', somebody({ roles: ['operator'] }), true, true],
  ['somebody who may decide', somebody({ groups: ['finance-eu'] }), true, false],
  ['anybody else', somebody(), false, false],
  [
    'an administrator of another organisation',
    somebody({ roles: ['administrator'], tenant: 'other' }),
    false,
    false,
  ],
] as const)('may see, and withdraw: %s', (_who, viewer, sees, withdraws) => {
  expect([maySee(BY_OTHERS, viewer), mayWithdraw(BY_OTHERS, viewer)]).toEqual([sees, withdraws]);
});
