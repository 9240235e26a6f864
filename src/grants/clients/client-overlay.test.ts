import { expect, test } from 'vitest';
import { fakeEnv } from '../../env.fake.ts';
import { refusal } from '../../errors.fake.ts';
import { type ProvenClient, withKnownClients } from './client-overlay.ts';

const CLIENTS = [
  {
    id: 'web',
    name: 'Web',
    auth: { secret: 'WEB_SECRET' },
    grants: ['authorization_code'],
    redirectUris: ['https://app.example/callback'],
  },
  {
    id: 'pipeline',
    name: 'Pipeline',
    auth: { secret: 'WEB_SECRET' },
    grants: ['client_credentials'],
    tenant: 'acme',
    roles: ['member'],
    scopes: ['mcp'],
  },
];

function namespace(proven: ProvenClient | null = null) {
  const values = new Map<string, string>();
  const OAUTH_KV = {
    get: async (key: string) => values.get(key) ?? null,
    put: async (key: string, value: string) => void values.set(key, value),
    delete: async (key: string) => void values.delete(key),
    list: async () => ({ keys: [...values.keys()].map(name => ({ name })) }),
  };
  const variables = { OAUTH_CLIENTS: JSON.stringify(CLIENTS), WEB_SECRET: 'a secret of the test', OAUTH_KV };
  return { kv: withKnownClients(fakeEnv(variables), proven), values };
}

const record = (kv: KVNamespace, id: string) => kv.get(`client:${id}`, { type: 'json' });

test('a known client is there beside the registered ones, and its secret is not', async () => {
  const { kv } = namespace();
  await kv.put('client:registered', '{}');
  expect(await kv.get('client:registered')).toBe('{}');
  const web = await record(kv, 'web');
  expect(web).toMatchObject({ clientId: 'web', redirectUris: ['https://app.example/callback'] });
  expect(JSON.stringify(web)).not.toContain('secret of the test');
  expect(JSON.parse((await kv.get('client:web')) ?? '')).toEqual(web);
});

test('it cannot be written or deleted, and what was stored under its id before is not seen', async () => {
  const { kv, values } = namespace();
  values.set('client:web', '{"clientId":"web","redirectUris":["https://evil.example"]}');
  await expect(kv.put('client:web', '{}')).rejects.toThrow(
    refusal('setting_invalid', /only be changed there/),
  );
  await expect(kv.delete('client:web')).rejects.toThrow(refusal('setting_invalid', /OAUTH_CLIENTS/));
  expect(await record(kv, 'web')).toMatchObject({ redirectUris: ['https://app.example/callback'] });
});

test('it is public only in the request in which it proved itself, and no other client is', async () => {
  const { kv } = namespace({ id: 'web' });
  expect(await record(kv, 'web')).toMatchObject({ tokenEndpointAuthMethod: 'none' });
  expect(await record(kv, 'pipeline')).toMatchObject({ tokenEndpointAuthMethod: 'client_secret_post' });
  expect(await record(namespace().kv, 'web')).toMatchObject({
    tokenEndpointAuthMethod: 'client_secret_post',
  });
});

test('a client that acts for itself can be sent no code, but within an internal step', async () => {
  expect(await record(namespace().kv, 'pipeline')).toMatchObject({ redirectUris: [], grantTypes: [] });
  const internal = { id: 'pipeline', redirectUris: ['https://internal.invalid/'] };
  expect(await record(namespace(internal).kv, 'pipeline')).toMatchObject({
    redirectUris: ['https://internal.invalid/'],
    grantTypes: ['authorization_code', 'refresh_token'],
  });
});
