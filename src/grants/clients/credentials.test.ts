import { expect, test } from 'vitest';
import { Signer } from '../../identity/signer.fake.ts';
import { credentialsOf } from './credentials.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const read = (authorization: string | null, fields: Record<string, string> = {}) =>
  credentialsOf(authorization, new URLSearchParams(fields));

test.each<[string, string | null, Record<string, string>, object]>([
  ['a name only', null, { client_id: 'c' }, { method: 'none', clientId: 'c' }],
  ['nothing', null, {}, { method: 'none', clientId: '' }],
  ['a bearer token', 'Bearer x', { client_id: 'c' }, { method: 'none', clientId: 'c' }],
  [
    'a secret in the body',
    null,
    { client_id: 'c', client_secret: 's' },
    { method: 'secret', secrets: ['s'] },
  ],
  ['a secret in the header', basic('c:s'), {}, { method: 'secret', clientId: 'c' }],
  ['a secret with a colon', basic('c:s:t'), {}, { secrets: ['s:t', 's:t'] }],
  ['an encoded secret', basic('c:a%2Fb+c'), {}, { secrets: ['a/b c', 'a%2Fb+c'] }],
  ['a secret that cannot be decoded', basic('c:100%'), {}, { secrets: ['100%', '100%'] }],
  ['the same name twice', basic('c:s'), { client_id: 'c' }, { method: 'secret', clientId: 'c' }],
  ['another name', basic('c:s'), { client_id: 'd' }, { method: 'several' }],
  ['two secrets', basic('c:s'), { client_secret: 's' }, { method: 'several' }],
  [
    'an assertion beside a secret',
    null,
    { client_secret: 's', client_assertion: 'a' },
    { method: 'several' },
  ],
  ['an assertion beside a header', basic('c:s'), { client_assertion: 'a' }, { method: 'several' }],
  ['a header that is not base64', 'Basic !', {}, { method: 'malformed' }],
  ['a header without a colon', basic('c'), {}, { method: 'malformed' }],
])('%s', (_what, authorization, fields, expected) => {
  expect(read(authorization, fields)).toMatchObject(expected);
});

test('an assertion names its client where the request does not', async () => {
  const client_assertion = await (await Signer.make()).sign({ iss: 'c' });
  expect(read(null, { client_assertion })).toMatchObject({ method: 'assertion', clientId: 'c' });
  expect(read(null, { client_assertion, client_id: 'd' })).toMatchObject({ clientId: 'd' });
  expect(read(null, { client_assertion: 'x' })).toMatchObject({ method: 'assertion', clientId: '' });
});
