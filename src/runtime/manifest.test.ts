import { expect, test } from 'vitest';
import { isSettingValue, manifestSchema } from './manifest.ts';

const MANIFEST = {
  title: 'Memory',
  description: 'Notes.',
  isolation: 'user',
  capabilities: ['state'],
  connections: ['github'],
  settings: { GITHUB_API_URL: 'https://api.github.com', GREETING: '' },
  availability: 'always',
};

test('a manifest is read as it stands', () => {
  expect(manifestSchema.parse(MANIFEST)).toEqual(MANIFEST);
});

test('without connections and settings, a server has none', () => {
  const { connections, settings, ...rest } = MANIFEST;
  expect(manifestSchema.parse(rest)).toEqual({ ...rest, connections: [], settings: {} });
});

test.each([
  ['session', ['state'], true],
  ['user', ['state'], true],
  ['tenant', [], true],
  ['tenant', ['state'], false],
])(
  'with the isolation "%s" and the capabilities %j a manifest is good: %s',
  (isolation, capabilities, good) => {
    const { success, error } = manifestSchema.safeParse({
      ...MANIFEST,
      isolation,
      capabilities,
      connections: [],
    });
    expect(success).toBe(good);
    if (good) return;
    expect(error?.issues).toEqual([
      expect.objectContaining({
        path: ['isolation'],
        message: 'must be "session" or "user" where "state" is a capability',
      }),
    ]);
  },
);

test('a server with connections has an isolate of one user at most', () => {
  const shared = { ...MANIFEST, isolation: 'tenant', capabilities: [] };
  expect(manifestSchema.safeParse(shared).error?.issues).toEqual([
    expect.objectContaining({
      path: ['isolation'],
      message: 'must be "session" or "user" where connections are declared',
    }),
  ]);
});

test('a server that says nothing of connections has none', () => {
  const { connections: _, ...rest } = MANIFEST;
  expect(manifestSchema.parse(rest).connections).toEqual([]);
});

test.each([
  ['title', ''],
  ['title', undefined],
  ['description', ''],
  ['isolation', 'global'],
  ['isolation', undefined],
  ['capabilities', ['network']],
  ['capabilities', undefined],
  ['connections', ['GitHub']],
  ['connections', 'github'],
  ['availability', 'never'],
  ['settings', { api_url: 'https://api.github.com' }],
  ['settings', { RETRIES: 3 }],
  ['settings', { API_URL: 'http://api.github.com' }],
])('a manifest whose %s is %j is refused', (field, value) => {
  const { error } = manifestSchema.safeParse({ ...MANIFEST, [field]: value });
  expect(error?.issues[0]?.path[0]).toBe(field);
});

test('a member that we do not know is refused, because it would be believed to work', () => {
  expect(manifestSchema.safeParse({ ...MANIFEST, network: true }).error?.issues[0]?.message).toMatch(
    /network/,
  );
});

test.each([
  ['API_URL', 'https://github.example.com/api/v3', true],
  ['API_URL', 'http://127.0.0.1:8080', true],
  ['API_URL', 'http://github.example.com', false],
  ['API_URL', 'ftp://127.0.0.1', false],
  ['API_URL', 'github.example.com', false],
  ['API_URL', 'https://user@github.example.com', false],
  ['API_URL', 'https://github.example.com/?token=x', false],
  ['API_URL', 'https://github.example.com/#x', false],
  ['GREETING', 'http://github.example.com', true],
])('the setting %s may be "%s" where loopback may go without TLS: %s', (name, value, good) => {
  expect(isSettingValue(name, value, hostname => hostname === '127.0.0.1')).toBe(good);
});
