import { expect, test } from 'vitest';
import { refusal } from '../../errors.fake.ts';
import { connectionOf } from '../connection.fake.ts';
import type { Credential } from '../credential.ts';
import { secretsOf } from './secrets-of.ts';

const oauth2 = (accessToken: string, refreshToken: string | null): Credential => ({
  kind: 'oauth2',
  accessToken,
  refreshToken,
  expiresAtMs: null,
  scopes: [],
});
const basic = (username: string, password: string): Credential => ({ kind: 'basic', username, password });

test.each<[string, Credential, readonly string[]]>([
  ['a key', { kind: 'secret', value: 'a long key' }, ['a long key']],
  ['a token and what renews it', oauth2('access-token', 'refresh-token'), ['access-token', 'refresh-token']],
  ['a token alone', oauth2('access-token', null), ['access-token']],
  [
    'a password, also behind its user',
    basic('ada', 'battery-staple'),
    ['battery-staple', 'ada:battery-staple'],
  ],
  ['a user name without a password', basic('sk_live_123', ''), ['sk_live_123', 'sk_live_123:']],
  ['a user name with a filler', basic('key-of-desk', 'X'), ['key-of-desk', 'key-of-desk:X']],
])('%s is looked for', (_what, credential, secrets) => {
  expect(secretsOf(connectionOf(), credential)).toEqual(secrets);
});

test.each<[string, Credential]>([
  ['a key', { kind: 'secret', value: '1234567' }],
  ['a token beside a longer one', oauth2('1234567', 'refresh-token')],
  ['a password', basic('ada.lovelace', 'hunter2')],
  ['a user name', basic('ada', '')],
])('%s that is too short to be found is not used', (_what, credential) => {
  expect(() => secretsOf(connectionOf(), credential)).toThrow(
    refusal('credential_unavailable', /shorter than 8 bytes/),
  );
});
