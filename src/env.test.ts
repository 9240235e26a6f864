import { expect, test } from 'vitest';
import { fakeEnv, fakeSettings } from './env.fake.ts';
import { isDevelopment, isLoopback, settingsOf } from './env.ts';
import { refusal } from './errors.fake.ts';

test.each([
  'MCP_SESSION',
  'ACCOUNT',
  'TENANT',
  'REGISTRATION_QUOTA',
  'METRICS',
  'OAUTH_KV',
  'VAULT_KV',
  'DB',
  'LOADER',
])('a missing binding %s is named, with the place to declare it', name => {
  const message = `The binding ${name} is missing. Declare it in wrangler.toml.`;
  expect(() => fakeSettings({ [name]: undefined })).toThrow(refusal('setting_invalid', message));
});

test('a missing key ring is named, with the command that sets it', () => {
  expect(() => fakeSettings({ KEY_RING: undefined })).toThrow(
    refusal(
      'setting_invalid',
      'The binding KEY_RING is missing. Declare it as a secret (`wrangler secret put KEY_RING`).',
    ),
  );
});

test('a broken key ring is refused with the other settings', () => {
  expect(() => fakeSettings({ KEY_RING: 'broken' })).toThrow(
    refusal('key_ring_unreadable', 'KEY_RING cannot be read: it is not JSON.'),
  );
});

test('without variables every setting has its default', () => {
  const { keyRing, ...settings } = fakeSettings({ GATEHOUSE_ENV: undefined });
  expect(keyRing.current).toBe('k1');
  expect(settings).toMatchObject({
    GATEHOUSE_ENV: 'production',
    ALLOWED_ORIGINS: '',
    MAX_BODY_BYTES: 1_048_576,
    MAX_JSON_DEPTH: 64,
    SESSION_TTL_SECONDS: 604_800,
    STREAM_AFTER_MS: 200,
    MAX_REGISTRATION_BYTES: 16_384,
    REGISTRATIONS_PER_ADDRESS_PER_HOUR: 100,
    REGISTRATIONS_PER_HOUR: 5000,
    CLIENT_REGISTRATION_TTL_SECONDS: 7_776_000,
  });
  expect(settings.PUBLIC_ORIGIN).toBeUndefined();
});

test('numbers come as text, as variables do', () => {
  expect(fakeSettings({ MAX_BODY_BYTES: '2048', STREAM_AFTER_MS: '0' })).toMatchObject({
    MAX_BODY_BYTES: 2048,
    STREAM_AFTER_MS: 0,
  });
});

test.each([
  ['MAX_BODY_BYTES', 'many'],
  ['MAX_BODY_BYTES', '0'],
  ['MAX_BODY_BYTES', ''],
  ['CALL_TIMEOUT_MS', '-1'],
  ['LIST_TIMEOUT_MS', '1.5'],
  ['STREAM_AFTER_MS', '-1'],
  ['REGISTRATIONS_PER_HOUR', '0'],
  ['CLIENT_REGISTRATION_TTL_SECONDS', '59'],
  ['GATEHOUSE_ENV', 'test'],
  ['PUBLIC_ORIGIN', 'mcp.example.com'],
])('the setting %s refuses "%s" and is named', (name, value) => {
  expect(() => fakeSettings({ [name]: value })).toThrow(
    refusal('setting_invalid', new RegExp(`^The setting ${name} is wrong: .+\\.$`)),
  );
});

test('an environment is checked once', () => {
  const env = fakeEnv();
  expect(settingsOf(env)).toBe(settingsOf(env));
  expect(settingsOf(fakeEnv())).not.toBe(settingsOf(env));
});

test('a refused environment is refused again', () => {
  const env = fakeEnv({ DB: undefined });
  expect(() => settingsOf(env)).toThrow(refusal('setting_invalid', /DB/));
  expect(() => settingsOf(env)).toThrow(refusal('setting_invalid', /DB/));
});

test('development exists only where it is asked for by name', () => {
  expect(isDevelopment(fakeSettings({ GATEHOUSE_ENV: 'development' }))).toBe(true);
  expect(isDevelopment(fakeSettings({ GATEHOUSE_ENV: undefined }))).toBe(false);
});

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['127.0.0.2', false],
  ['localhost.', false],
  ['', false],
])('the name "%s" is this machine\'s own: %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});

test('development at a public origin is refused, since its test identities need no password', () => {
  for (const PUBLIC_ORIGIN of ['https://mcp.example.com', 'http://10.0.0.1:8787']) {
    const env = fakeEnv({ GATEHOUSE_ENV: 'development', PUBLIC_ORIGIN });
    expect(() => settingsOf(env)).toThrow(/only a loopback PUBLIC_ORIGIN may be/);
  }
  expect(
    settingsOf(fakeEnv({ GATEHOUSE_ENV: 'development', PUBLIC_ORIGIN: 'http://localhost:8787' })),
  ).toBeDefined();
});

test('tool code may be let to this machine in development only', () => {
  const EGRESS_ALLOW_LOOPBACK = 'true';
  expect(fakeSettings({ GATEHOUSE_ENV: 'development', EGRESS_ALLOW_LOOPBACK })).toMatchObject({
    EGRESS_ALLOW_LOOPBACK,
  });
  expect(() => fakeSettings({ EGRESS_ALLOW_LOOPBACK })).toThrow(
    refusal('setting_invalid', /EGRESS_ALLOW_LOOPBACK is "true", which it may be in development only/),
  );
});
