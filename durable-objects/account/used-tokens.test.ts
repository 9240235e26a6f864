import { expect, test } from 'vitest';
import { fakeSql } from '../storage/storage.fake.ts';
import { UsedTokens } from './used-tokens.ts';

test('a token is used once, until it is refused for its age anyhow', () => {
  const used = new UsedTokens(fakeSql());
  const token = { hash: 'a', expiresAtMs: 2000 };
  expect([used.use(token, 1000), used.use(token, 1000), used.use(token, 2000)]).toEqual([true, false, false]);
  expect(used.use({ ...token, hash: 'b' }, 1000)).toBe(true);
});

test('what has expired is forgotten', () => {
  const sql = fakeSql();
  const used = new UsedTokens(sql);
  used.use({ hash: 'a', expiresAtMs: 2000 }, 1000);
  used.use({ hash: 'b', expiresAtMs: 9000 }, 2001);
  expect(sql.exec('SELECT hash FROM used_token').toArray()).toEqual([{ hash: 'b' }]);
});
