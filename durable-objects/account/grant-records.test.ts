import { expect, test } from 'vitest';
import { fakeSql } from '../storage/storage.fake.ts';
import { GrantRecords } from './grant-records.ts';

const LATER = Math.floor(Date.now() / 1000) + 60;

/** A grant or token as the library writes it; grants carry the id of their installation. */
const record = (installation?: string) => ({
  value: JSON.stringify(installation === undefined ? {} : { metadata: { installation } }),
  metadata: null,
  expiresAt: LATER,
});

test('records are found until they expire or are deleted, and reading makes no table', () => {
  const sql = fakeSql();
  const records = new GrantRecords(sql);
  expect([records.read('grant:u:g'), records.list('grant:')]).toEqual([null, []]);
  expect(sql.exec("SELECT name FROM sqlite_master WHERE name = 'grant_record'").toArray()).toEqual([]);
  const later = Math.floor(Date.now() / 1000) + 60;
  records.write('grant:u:g', { value: '{}', metadata: '{"a":1}', expiresAt: later });
  records.write('grant:u:old', { value: '{}', metadata: null, expiresAt: 1 });
  expect(records.read('grant:u:g')).toEqual({ value: '{}', metadata: '{"a":1}', expiresAt: later });
  expect(records.read('grant:u:old')).toBeNull();
  expect(records.list('grant:u:')).toEqual([{ key: 'grant:u:g', metadata: '{"a":1}' }]);
  records.delete('grant:u:g');
  expect(records.read('grant:u:g')).toBeNull();
});

test('a grant and its tokens are found by their installation, and end together', () => {
  const records = new GrantRecords(fakeSql());
  expect([records.installationOf('grant:u:a'), records.grantsOf('i')]).toEqual([null, []]);
  records.write('grant:u:a', record('i'));
  records.write('grant:u:b', record('i'));
  records.write('grant:u:c', record('j'));
  for (const key of ['token:u:a:1', 'token:u:a:2', 'token:u:b:3']) records.write(key, record());
  expect(records.installationOf('token:u:b:3')).toBe('i');
  expect(records.grantsOf('i')).toEqual(['grant:u:a', 'grant:u:b']);
  records.deleteGrant('grant:u:a');
  expect(records.list('').map(({ key }) => key)).toEqual(['grant:u:b', 'grant:u:c', 'token:u:b:3']);
});

test('all installations are found, and everything ends at once', () => {
  const records = new GrantRecords(fakeSql());
  records.clear();
  expect(records.installations()).toEqual([]);
  for (const [grant, installation] of Object.entries({ a: 'i', b: 'i', c: 'j', d: undefined })) {
    records.write(`grant:u:${grant}`, record(installation));
    records.write(`token:u:${grant}:1`, record());
  }
  expect(records.installations()).toEqual(['i', 'j']);
  records.clear();
  expect(records.list('')).toEqual([]);
});

test('a grant of before installations belongs to none', () => {
  const records = new GrantRecords(fakeSql());
  records.write('grant:u:a', record());
  expect(records.installationOf('grant:u:a')).toBeNull();
});

/** A grant with scopes, whose code is still to be redeemed or not. */
const granting = (scope: string[], authCodeWrappedKey?: string) => ({
  value: JSON.stringify({ scope, metadata: { installation: 'i' }, authCodeWrappedKey }),
  metadata: null,
  expiresAt: LATER,
});

test('an installation has the scopes of the grants that its client holds tokens of', () => {
  const records = new GrantRecords(fakeSql());
  expect(records.scopesOf('i')).toBeNull();
  records.write('grant:u:a', granting(['mcp', 'memory:write'], 'code'));
  expect(records.scopesOf('i')).toBeNull();
  records.write('grant:u:b', granting(['mcp', 'memory:read']));
  expect(records.scopesOf('i')).toEqual(['mcp', 'memory:read']);
});

test('the grant that a client got last takes the place of its others, and leaves those of other installations', () => {
  const records = new GrantRecords(fakeSql());
  records.write('grant:u:a', granting(['mcp']));
  records.write('grant:u:b', granting(['mcp']));
  records.write('grant:u:c', record('j'));
  for (const key of ['token:u:a:1', 'token:u:b:2']) records.write(key, record());
  records.supersede('grant:u:b');
  expect(records.list('').map(({ key }) => key)).toEqual(['grant:u:b', 'grant:u:c', 'token:u:b:2']);
});
