import { expect, test } from 'vitest';
import { audienceFault, narrowingFault, scopesIn, textFault, timeFault } from './token-checks.ts';

const NOW = 1_000_000;
const RIGHT = { iat: NOW - 10, exp: NOW + 50 };
const rules = { now: NOW, maxLifetimeSeconds: 60, needsIssuedAt: true };

test.each<[string, object, object, string | null]>([
  ['right times', RIGHT, {}, null],
  ['an end that passed within the skew', { exp: NOW - 29 }, {}, null],
  ['an end that passed', { exp: NOW - 30 }, {}, 'expired'],
  ['an issue within the skew', { iat: NOW + 30 }, {}, null],
  ['an issue in the future', { iat: NOW + 31 }, {}, 'too_early'],
  ['a beginning in the future', { nbf: NOW + 31 }, {}, 'too_early'],
  ['the longest life, with the skew', { iat: NOW, exp: NOW + 90 }, {}, null],
  ['too long a life', { iat: NOW, exp: NOW + 91 }, {}, 'lifetime'],
  ['a long life that is nearly over', { iat: NOW - 1000, exp: NOW + 1 }, {}, 'lifetime'],
  ['no issue where it is needed', { iat: undefined }, {}, 'claim'],
  ['no issue where it is not', { iat: undefined }, { needsIssuedAt: false }, null],
  [
    'no issue, and a life that is too long from now',
    { iat: undefined, exp: NOW + 91 },
    { needsIssuedAt: false },
    'lifetime',
  ],
  ['no end', { exp: undefined }, {}, 'claim'],
  ['an end in text', { exp: String(NOW + 50) }, {}, 'claim'],
  ['an end that never comes', { exp: Number.POSITIVE_INFINITY }, {}, 'claim'],
  ['a beginning in text', { nbf: '0' }, {}, 'claim'],
  ['an issue before there was time', { iat: -1 }, {}, 'claim'],
])('%s', (_what, changes, ruleChanges, kind) => {
  const fault = timeFault({ ...RIGHT, ...changes }, { ...rules, ...ruleChanges });
  expect(fault?.kind ?? null).toBe(kind);
});

test.each<[unknown, boolean]>([
  ['a', true],
  ['b', true],
  [['a'], true],
  [['a', 'b'], false],
  [['a', 'a'], false],
  ['c', false],
  ['A', false],
  [[], false],
  [undefined, false],
  [{ a: true }, false],
])('the audience %j is right where a or b is: %s', (aud, isRight) => {
  expect(audienceFault({ aud } as never, ['a', 'b']) === null).toBe(isRight);
});

test.each([undefined, '', 7, ['x'], 'x'.repeat(256), '\ud800'])('%j is no text', value => {
  expect(textFault({ sub: value } as never, 'sub')).toMatchObject({ kind: 'claim', claim: 'sub' });
});

test('the first claim that is missing is named', () => {
  expect(textFault({ iss: 'x', sub: 'y' }, 'iss', 'sub')).toBeNull();
  expect(textFault({ iss: 'x' }, 'iss', 'jti', 'sub')).toMatchObject({ claim: 'jti' });
});

test.each(['cnf', 'authorization_details'])(
  'what narrows a token in a way not known here, %s, is refused',
  claim => {
    expect(narrowingFault({ [claim]: {} })).toEqual({ kind: 'unsupported_claim', claim });
  },
);

test.each<[unknown, string[]]>([
  ['a b', ['a', 'b']],
  [' a  b ', ['a', 'b']],
  [
    ['a', 'b c', 7],
    ['a', 'b', 'c'],
  ],
  [{ a: true }, []],
  [undefined, []],
])('%j lists the scopes %j', (claim, scopes) => {
  expect(scopesIn(claim)).toEqual(scopes);
});
