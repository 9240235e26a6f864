import { reset, runDurableObjectAlarm, runInDurableObject, SELF } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Env, settingsOf } from '../src/env.ts';
import { QUOTA_WINDOW_MS } from '../src/grants/registration-quota.ts';

const bindings = env as unknown as Env;
const ADDRESS = '192.0.2.77';
const stub = () => bindings.REGISTRATION_QUOTA.getByName('registrations');

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

async function register(): Promise<Response> {
  return SELF.fetch('http://localhost/oauth/register', {
    method: 'POST',
    headers: { 'cf-connecting-ip': ADDRESS, 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: ['https://app.example/callback'],
      token_endpoint_auth_method: 'none',
    }),
  });
}

async function statusOfRegistration(): Promise<number> {
  const response = await register();
  await response.text();
  return response.status;
}

function storedRows(): Promise<Record<string, SqlStorageValue>[]> {
  return runInDurableObject(stub(), (_instance, { storage }) =>
    storage.sql.exec('SELECT * FROM registration').toArray(),
  );
}

describe('the quota object', () => {
  test('keeps a keyed hash of an address, never the address', async () => {
    expect(await statusOfRegistration()).toBe(201);
    const [row, ...more] = await storedRows();
    expect(more).toEqual([]);
    expect(row?.address_tag).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(JSON.stringify(row)).not.toContain('192');
  });

  test('forgets by alarm what nobody has made it forget', async () => {
    await statusOfRegistration();
    expect(await storedRows()).toHaveLength(1);
    vi.useFakeTimers({ now: Date.now() + QUOTA_WINDOW_MS, toFake: ['Date'] });
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await storedRows()).toEqual([]);
    expect(await runDurableObjectAlarm(stub())).toBe(false);
  });

  test('is woken again for what is not over yet', async () => {
    await statusOfRegistration();
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await storedRows()).toHaveLength(1);
    vi.useFakeTimers({ now: Date.now() + QUOTA_WINDOW_MS, toFake: ['Date'] });
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await storedRows()).toEqual([]);
  });
});

describe('a registration', () => {
  test('that cannot be counted is refused with 503, and no client is stored', async () => {
    await runInDurableObject(stub(), (_instance, { storage }) => {
      storage.sql.exec('CREATE TABLE registration (broken TEXT)');
    });
    const response = await register();
    expect([response.status, await response.json()]).toEqual([
      503,
      {
        error: 'temporarily_unavailable',
        error_description: 'Registrations cannot be counted right now. Try again in a while.',
      },
    ]);
    expect((await bindings.OAUTH_KV.list()).keys).toEqual([]);
  });

  test('is stored for CLIENT_REGISTRATION_TTL_SECONDS and no longer', async () => {
    const beforeSeconds = Math.floor(Date.now() / 1000);
    await statusOfRegistration();
    const [client] = (await bindings.OAUTH_KV.list({ prefix: 'client:' })).keys;
    const lifetimeSeconds = (client?.expiration ?? 0) - beforeSeconds;
    const { CLIENT_REGISTRATION_TTL_SECONDS } = settingsOf(bindings);
    expect(lifetimeSeconds).toBeGreaterThanOrEqual(CLIENT_REGISTRATION_TTL_SECONDS);
    expect(lifetimeSeconds).toBeLessThan(CLIENT_REGISTRATION_TTL_SECONDS + 30);
  });
});
