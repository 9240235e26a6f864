import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { fakeEnv } from '../env.fake.ts';
import { addressLimited } from './address-limit.ts';

const app = new Hono()
  .use(addressLimited)
  .get('/mcp', c => c.text('who?', 401))
  .get('/own', c => c.text('yours'))
  .get('*', c => c.text('open'));

/** A limiter that lets each address ask so often. */
function limiter(max: number) {
  const asked = new Map<string, number>();
  const limit = async ({ key }: { key: string }) => {
    asked.set(key, (asked.get(key) ?? 0) + 1);
    return { success: (asked.get(key) ?? 0) <= max };
  };
  return fakeEnv({ ADDRESS_LIMIT: { limit } });
}

const ask = (env: object, path: string, address = '192.0.2.1') =>
  app.request(path, { headers: { 'cf-connecting-ip': address } }, env);

test.each([
  '/authorize',
  '/oauth/token',
  '/oauth/register',
  '/sign-in',
  '/.well-known/oauth-authorization-server',
  '/healthz',
])('%s answers 429 with Retry-After to an address that asks too often, and others as ever', async path => {
  const env = limiter(2);
  await ask(env, path);
  await ask(env, path);
  const refused = await ask(env, path);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  expect((await ask(env, path, '192.0.2.2')).status).toBe(200);
});

test('who fails to say who they are counts too, and who does not is never asked about', async () => {
  const env = limiter(1);
  expect((await ask(env, '/mcp')).status).toBe(401);
  expect((await ask(env, '/mcp')).status).toBe(429);
  expect((await ask(env, '/own')).status).toBe(200);
});

test('without a limiter, or with one that fails, everybody is answered', async () => {
  expect((await ask(fakeEnv(), '/healthz')).status).toBe(200);
  const limit = async () => Promise.reject(new Error('away'));
  expect((await ask(fakeEnv({ ADDRESS_LIMIT: { limit } }), '/healthz')).status).toBe(200);
});
