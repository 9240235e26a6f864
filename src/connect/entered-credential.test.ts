import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { connectionOf } from '../vault/connection.fake.ts';
import { enteredCredential } from './entered-credential.ts';

const BASIC = connectionOf({ placement: { in: 'basic' } });
const QUERY = connectionOf({ placement: { in: 'query', name: 'key' } });

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

test('what is entered is the credential, without the space around it', () => {
  expect(enteredCredential(connectionOf(), form({ secret: ' a-long-key ' }))).toEqual({
    kind: 'secret',
    value: 'a-long-key',
  });
  const login = { kind: 'basic', username: 'ada', password: 'pässword' };
  expect(enteredCredential(BASIC, form({ username: 'ada', password: 'pässword' }))).toEqual(login);
});

test.each([
  [connectionOf(), { secret: '1234567' }, /"Key or token" is shorter than 8 bytes.*Nothing was stored/],
  [BASIC, { username: 'ada', password: 'short' }, /"Password" is shorter than 8 bytes/],
  [connectionOf(), { secret: 'schlüssel-lang' }, /sent in a header, so it must be.*ASCII/],
  [
    connectionOf({ placement: { in: 'header', name: 'X-Key', prefix: '' } }),
    { secret: 'emoji-😀-key' },
    /sent in a header/,
  ],
  [connectionOf(), { secret: '' }, /is empty/],
  [BASIC, { username: 'a:b', password: 'long enough' }, /must not have a colon/],
] as const)(
  'what could not be used is refused when it is entered, in words without it (%#)',
  (connection, fields, words) => {
    expect(() => enteredCredential(connection, form(fields))).toThrow(refusal('connect_refused', words));
  },
);

test('a key in an address may be any text, since it is encoded there', () => {
  expect(enteredCredential(QUERY, form({ secret: 'schlüssel-lang' }))).toMatchObject({
    value: 'schlüssel-lang',
  });
});

test('where the password is a filler, the user name is the key', () => {
  expect(enteredCredential(BASIC, form({ username: 'key-of-some-length', password: 'X' }))).toMatchObject({
    kind: 'basic',
  });
  expect(() => enteredCredential(BASIC, form({ username: 'short', password: 'X' }))).toThrow(
    refusal('connect_refused', /shorter/),
  );
});
