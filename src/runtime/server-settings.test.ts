import { expect, test } from 'vitest';
import { fakeEnv } from '../env.fake.ts';
import { serverSettings, withOperatorSettings } from './server-settings.ts';

const SERVERS = [
  { name: 'github', settings: { GITHUB_API_URL: 'https://api.github.com', GREETING: 'Hello' } },
  { name: 'memory', settings: {} },
];

const read = (value: unknown, variables = {}) =>
  serverSettings(fakeEnv({ SERVER_SETTINGS: value, ...variables }), SERVERS);

test.each([undefined, ''])('nothing is set where the variable is %j', value => {
  expect(read(value)).toEqual({});
});

test('settings are read by server', () => {
  const set = { github: { GITHUB_API_URL: 'https://github.example.com/api/v3' } };
  expect(read(JSON.stringify(set))).toEqual(set);
});

test.each([
  ['{', 'it is not JSON'],
  ['[]', 'it: '],
  ['{"github": "x"}', 'github: '],
  ['{"github": {"GREETING": 1}}', 'github.GREETING: '],
  ['{"gitlab": {}}', 'there is no server "gitlab"; the servers are "github", "memory"'],
  ['{"github": {"TOKEN": "x"}}', 'github has no setting "TOKEN"; it has "GITHUB_API_URL", "GREETING"'],
  ['{"github": {"toString": "x"}}', 'github has no setting "toString"'],
  ['{"memory": {"GREETING": "x"}}', 'memory has no setting "GREETING"; it has none'],
  ['{"github": {"GITHUB_API_URL": "http://127.0.0.1/"}}', 'github.GITHUB_API_URL must be an https address'],
])('%s is refused by what is wrong with it', (value, reason) => {
  const start = `The setting SERVER_SETTINGS is wrong: ${reason}`;
  expect(() => read(value)).toThrow(
    expect.objectContaining({ code: 'setting_invalid', message: expect.stringContaining(start) }),
  );
});

test('in development an address on this machine may go without TLS', () => {
  const set = '{"github": {"GITHUB_API_URL": "http://127.0.0.1:8080"}}';
  expect(read(set, { GATEHOUSE_ENV: 'development' })).toEqual(JSON.parse(set));
});

test('what an operator has set is put over what the manifest says', () => {
  const [github] = SERVERS as [(typeof SERVERS)[0]];
  const set = { github: { GITHUB_API_URL: 'https://github.example.com/api/v3' } };
  const env = fakeEnv({ SERVER_SETTINGS: JSON.stringify(set) });
  expect(withOperatorSettings(env, github, SERVERS).settings).toEqual({
    GITHUB_API_URL: 'https://github.example.com/api/v3',
    GREETING: 'Hello',
  });
  expect(withOperatorSettings(fakeEnv(), github, SERVERS)).toEqual(github);
});

test('a server without settings is left as it is, whatever the variable says', () => {
  const memory = { name: 'memory', settings: {} };
  expect(withOperatorSettings(fakeEnv({ SERVER_SETTINGS: '{' }), memory)).toBe(memory);
});
