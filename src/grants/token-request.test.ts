import { expect, test } from 'vitest';
import { redemptionOf, secretOf } from './token-request.ts';

const form = (fields: Record<string, string>) => new URLSearchParams(fields);
const REFRESH = { grant_type: 'refresh_token', refresh_token: 'u:g:hunter2', client_id: 'c' };

test.each([
  [{ grant_type: 'authorization_code', code: 'u:g:code' }, 'u:g:code'],
  [REFRESH, 'u:g:hunter2'],
  [{ token: 'u:g:access' }, 'u:g:access'],
  [{ grant_type: 'client_credentials' }, null],
  [{}, null],
])('the request %j is about %s', (fields, secret) => {
  expect(secretOf(form(fields))).toBe(secret);
});

test('a redemption names its grant, and shows nothing of the secret', () => {
  const redemption = redemptionOf(form(REFRESH), null);
  expect(redemption?.grantId).toBe('g');
  expect(JSON.stringify(redemption)).not.toContain('hunter2');
});

test('the same request is the same whatever the order of its parameters, and another is another', () => {
  const hash = (fields: Record<string, string>, authorization: string | null = null) =>
    redemptionOf(form(fields), authorization)?.requestHash;
  const { grant_type, refresh_token, client_id } = REFRESH;
  expect(hash({ client_id, refresh_token, grant_type })).toBe(hash(REFRESH));
  const others = [
    { ...REFRESH, client_id: 'd' },
    { ...REFRESH, scope: 'mcp' },
    { ...REFRESH, refresh_token: 'u:g:x' },
  ];
  for (const other of others) expect(hash(other)).not.toBe(hash(REFRESH));
  expect(hash(REFRESH, 'Basic x')).not.toBe(hash(REFRESH));
});

test.each([
  { token: 'u:g:t' },
  { grant_type: 'refresh_token' },
  { grant_type: 'refresh_token', refresh_token: 'x' },
])('the request %j redeems nothing', fields => {
  expect(redemptionOf(form(fields as Record<string, string>), null)).toBeNull();
});
