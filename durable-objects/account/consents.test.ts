import { expect, test } from 'vitest';
import { fakeSql } from '../storage/storage.fake.ts';
import { Consents } from './consents.ts';

const SUBJECT = {
  client: 'editor',
  redirectUri: 'https://editor.example/callback',
  resource: 'https://mcp.example.com/mcp',
};
const READING = { asked: ['mcp', 'memory:read'], granted: ['mcp', 'memory:read'] };

test('a consent is found again for the same client, redirect URI and resource, and for no other', () => {
  const consents = new Consents(fakeSql());
  expect(consents.find(SUBJECT)).toBeNull();
  consents.remember(SUBJECT, READING, 0);
  expect(consents.find(SUBJECT)).toEqual(READING);
  for (const member of ['client', 'redirectUri', 'resource']) {
    expect(consents.find({ ...SUBJECT, [member]: 'other' })).toBeNull();
  }
});

test('the last consent counts', () => {
  const consents = new Consents(fakeSql());
  consents.remember(SUBJECT, READING, 0);
  consents.remember(SUBJECT, { ...READING, granted: ['mcp'] }, 1);
  expect(consents.find(SUBJECT)).toEqual({ ...READING, granted: ['mcp'] });
});

test('all consents to a client are forgotten at once, and those to others stay', () => {
  const consents = new Consents(fakeSql());
  const elsewhere = { ...SUBJECT, resource: 'https://mcp.example.com/mcp/memory' };
  const other = { ...SUBJECT, client: 'other' };
  consents.forget('editor');
  for (const subject of [SUBJECT, elsewhere, other]) consents.remember(subject, READING, 0);
  consents.forget('editor');
  expect([SUBJECT, elsewhere, other].map(subject => consents.find(subject))).toEqual([null, null, READING]);
});
