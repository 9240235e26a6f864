import type { OAuthAuthorizationServer } from '@cloudflare/workers-oauth-provider';
import { expect, test, vi } from 'vitest';
import { KEY_BYTES } from '../../src/crypto/key-ring.ts';
import { fakeEnv } from '../../src/env.fake.ts';
import type { Env } from '../../src/env.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { Redemptions } from './redemptions.ts';
import { TokenDesk } from './token-desk.ts';

const CTX = {} as ExecutionContext;
const REFRESH = { grant_type: 'refresh_token', refresh_token: 'user:g:first', client_id: 'c' };

/** A token endpoint that takes its time, as one that reads from KV does, and answers with a new token each time. */
function desk() {
  let running = 0;
  let most = 0;
  let issued = 0;
  let isHeld = false;
  const revokeGrant = vi.fn(async () => {});
  const server = {
    async fetch(request: Request) {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      while (isHeld) await new Promise(setImmediate);
      running--;
      const isRefused = (await request.text()).includes('refused');
      return isRefused
        ? Response.json({ error: 'invalid_grant' }, { status: 400 })
        : Response.json({ access_token: `token-${++issued}` });
    },
    getOAuthApi: () => ({ revokeGrant }),
  };
  const key = { kid: 'data', key: new Uint8Array(KEY_BYTES) };
  const sql = new FakeStorage().sql as unknown as SqlStorage;
  const redemptions = new Redemptions(sql, { tenant: 'acme', subject: 'ada' }, () => key);
  const redeemed: string[] = [];
  const library = server as unknown as OAuthAuthorizationServer<Env>;
  const at = new TokenDesk(
    () => library,
    () => fakeEnv(),
    redemptions,
    grant => redeemed.push(grant),
  );
  const ask = async (fields: Record<string, string>) => {
    const body = new URLSearchParams(fields);
    const response = await at.serve(
      new Request('http://localhost/oauth/token', { method: 'POST', body }),
      { site: { origin: 'http://localhost', servers: [] }, proven: null },
      CTX,
    );
    return { status: response.status, body: await response.text() };
  };
  return {
    ask,
    redeemed,
    revokeGrant,
    mostAtOnce: () => most,
    issued: () => issued,
    hold(held: boolean) {
      isHeld = held;
    },
  };
}

test('requests of one user come one at a time', async () => {
  const { ask, mostAtOnce } = desk();
  const codes = Array.from({ length: 20 }, (_, n) =>
    ask({ grant_type: 'authorization_code', code: `user:g:${n}` }),
  );
  await Promise.all(codes);
  expect(mostAtOnce()).toBe(1);
});

test('a revocation does not wait for a token request that waits for somebody else', async () => {
  const { ask, hold, mostAtOnce } = desk();
  hold(true);
  const refresh = ask(REFRESH);
  const revocation = ask({ token: 'user:g:x' });
  await expect.poll(mostAtOnce).toBe(2);
  hold(false);
  expect([(await refresh).status, (await revocation).status]).toEqual([200, 200]);
});

test('one that fails does not hold up the next', async () => {
  const { ask } = desk();
  const [failed, next] = await Promise.all([ask({ token: 'user:g:refused' }), ask({ token: 'user:g:x' })]);
  expect([failed.status, next.status]).toEqual([400, 200]);
});

test('a refresh token that is asked with 20 times at once is used once, and all get that answer', async () => {
  const { ask, issued } = desk();
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(REFRESH)));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(issued()).toBe(1);
});

test('a refresh token that comes again in another request ends its family', async () => {
  const { ask, revokeGrant } = desk();
  await ask(REFRESH);
  const replay = await ask({ ...REFRESH, scope: 'mcp' });
  expect([replay.status, JSON.parse(replay.body).error]).toEqual([400, 'invalid_grant']);
  expect(revokeGrant).toHaveBeenCalledExactlyOnceWith('g', 'user');
});

test('a refresh that was refused has used nothing up', async () => {
  const { ask, revokeGrant } = desk();
  const refused = { ...REFRESH, refresh_token: 'user:g:refused' };
  expect([(await ask(refused)).status, (await ask(refused)).status]).toEqual([400, 400]);
  expect(revokeGrant).not.toHaveBeenCalled();
});

test('only a code that was redeemed makes its grant known', async () => {
  const { ask, redeemed } = desk();
  await ask({ grant_type: 'authorization_code', code: 'user:a:1' });
  await ask({ grant_type: 'authorization_code', code: 'user:b:refused' });
  await ask({ grant_type: 'refresh_token', refresh_token: 'user:c:1' });
  await ask({ token: 'user:d:1' });
  expect(redeemed).toEqual(['grant:user:a']);
});
