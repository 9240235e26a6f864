import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GitHubHouse, HELLO } from './support/github-house.ts';
import type { TestClient } from './support/test-client.ts';

let house: GitHubHouse;
let client: TestClient;

beforeAll(async () => {
  house = await GitHubHouse.start();
  client = await house.clientOf('ada');
});

afterAll(async () => {
  await client.sdk.close();
  await house.stop();
});

beforeEach(() => house.reset());

const call = (name: string, args: Record<string, unknown>) => house.call(client, name, args);

describe('an argument', () => {
  const NAMES = [
    '..',
    '.',
    '%2e%2e',
    'a/b',
    'a%2fb',
    'a?b',
    'a#b',
    'a\\b',
    'a\nb',
    'a\r\nHost: x',
    '',
    ' a',
    'ü',
    '\u0000',
  ];
  const PATHS = [
    '../../../user',
    'a/../../../../user',
    '..%2f..%2f..%2fuser',
    '%2e%2e/%2e%2e/%2e%2e/user',
    '%252e%252e%252f%252e%252e',
    '..;/..;/user',
    '..\\..\\..\\user',
    '/../user',
    'a//../user',
    'a/./../user',
    'x?ref=main',
    'x#fragment',
    'x\r\nX-Injected: 1',
    '\u2025/\uff0e\uff0e/user',
    'http://127.0.0.1:1/user',
    '//evil.example/user',
    '\ud800',
    '@evil.example/user',
  ];

  test.each(NAMES)('in the place of a name leads nowhere else: %j', async name => {
    for (const args of [
      { ...HELLO, owner: name },
      { ...HELLO, repo: name },
    ]) {
      expect((await call('read_file', { ...args, path: 'a' })).isError).toBe(true);
      expect((await call('add_comment', { ...args, number: 1, body: 'x' })).isError).toBe(true);
    }
    expect([...house.github.asked, ...house.github.faults]).toEqual([]);
  });

  test.each(PATHS)('in the place of a path stays one in the repository: %j', async path => {
    await call('read_file', { ...HELLO, path });
    const uri = `github://octocat/Hello-World/HEAD/${path}`;
    await client.sdk.readResource({ uri }).catch(() => undefined);
    await call('list_commits', { ...HELLO, path, ref: path });
    expect(house.github.faults).toEqual([]);
    for (const asked of house.github.asked) {
      expect(asked.path).toMatch(/^\/repos\/octocat\/Hello-World\/(contents\/|commits$)/);
      expect(asked.path).not.toMatch(/(^|\/)(\.|%2e){1,2}(\/|$)/i);
      expect(asked.headers['x-injected']).toBeUndefined();
    }
    expect(house.elsewhere.asked).toEqual([]);
  });

  test('in the place of a query or ref adds no parameter', async () => {
    await call('search_code', { query: 'a&per_page=1&q=b#c\r\nX: y' });
    await call('read_file', { ...HELLO, path: 'a', ref: 'main&x=y#z' });
    expect(house.github.asked.map(({ query }) => query)).toEqual([
      { q: 'a&per_page=1&q=b#c\r\nX: y', page: '1', per_page: '20' },
      { ref: 'main&x=y#z' },
    ]);
  });
});
