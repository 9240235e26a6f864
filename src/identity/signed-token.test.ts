import { expect, test } from 'vitest';
import { ALGORITHMS } from './key-source.ts';
import { isJwtShaped, readSignedToken, type SignedToken, signatureFault, typeFault } from './signed-token.ts';
import { Signer, unsigned } from './signer.fake.ts';
import { faultCode, faultText } from './token-fault.ts';

const read = (text: string): SignedToken => {
  const token = readSignedToken(text);
  if (!token) throw new Error('not a token');
  return token;
};

test.each(['', 'a', 'a.b', 'a.b.c', 'a.b.c.d', '..', `${'a'.repeat(20_000)}.b.c`, 'user:grant:secret'])(
  'the text "%.20s" is no JWT',
  text => {
    expect(readSignedToken(text)).toBeNull();
  },
);

test('a token of ours never has the shape of a JWT', () => {
  expect(isJwtShaped('k1.dGVuYW50.c3ViamVjdA.bWFj:grantgrantgrant1:secret')).toBe(false);
});

test('a token is read without being believed, and then checked', async () => {
  const signer = await Signer.make();
  const token = read(await signer.sign({ sub: 'ada' }));
  expect(token.claims).toEqual({ sub: 'ada' });
  expect(await signatureFault(token, { jwks: signer.jwks as never }, ['ES256'])).toBeNull();
});

test.each<[string, (signer: Signer) => Promise<string> | string, string]>([
  ['no algorithm', () => unsigned({ alg: 'none' }, {}), 'algorithm'],
  ['no algorithm, in other letters', () => unsigned({ alg: 'nOnE' }, {}), 'algorithm'],
  ['a shared secret', () => unsigned({ alg: 'HS256' }, {}, 'eA'), 'algorithm'],
  ['another key of the same name', async () => (await Signer.make()).sign({}), 'signature'],
  ['a key that is not there', signer => signer.sign({}, { kid: 'other' }), 'key'],
  ['an empty signature', () => unsigned({ alg: 'ES256', kid: 'k1' }, {}), 'signature'],
  ['an extension', () => unsigned({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 }, {}, 'eA'), 'malformed'],
  ['a payload that is not encoded', () => unsigned({ alg: 'ES256', b64: false }, {}, 'eA'), 'malformed'],
])('%s is found out', async (_what, make, kind) => {
  const signer = await Signer.make();
  const token = read(await make(signer));
  const fault = await signatureFault(token, { jwks: signer.jwks as never }, ALGORITHMS);
  expect(fault?.kind).toBe(kind);
});

test('of several keys that fit the token must name one', async () => {
  const keys = [(await Signer.make('a')).publicJwk, (await Signer.make('b')).publicJwk];
  const token = read(await (await Signer.make('a')).sign({}, { kid: undefined }));
  expect(await signatureFault(token, { jwks: { keys } as never }, ['ES256'])).toEqual({ kind: 'key' });
});

test.each<[unknown, (string | null)[], boolean]>([
  ['at+jwt', ['at+jwt'], true],
  ['application/at+jwt', ['at+jwt'], true],
  ['AT+JWT', ['at+jwt'], true],
  ['jwt', ['at+jwt'], false],
  [undefined, ['at+jwt'], false],
  [undefined, [null, 'jwt'], true],
  ['JWT', [null, 'jwt'], true],
  [null, [null, 'jwt'], false],
  [7, [null, 'jwt'], false],
  ['oauth-id-jag+jwt', [null, 'jwt'], false],
])('the typ %j where %j is right: %s', (typ, types, isRight) => {
  expect(typeFault({ text: '', header: { typ }, claims: {} }, types) === null).toBe(isRight);
});

test('what is said of a fault keeps to the characters of an error_description', () => {
  const text = faultText('The token', { kind: 'person', message: 'Ünïcode "quoted" \\ \n' });
  expect(text).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/);
});

test.each([
  [{ kind: 'expired' }, 'invalid_grant'],
  [{ kind: 'resource' }, 'invalid_target'],
  [{ kind: 'keys_unavailable' }, 'temporarily_unavailable'],
] as const)('the code of %j is %s', (fault, code) => {
  expect(faultCode(fault, 'invalid_grant')).toBe(code);
});
