import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operation } from '../src/servers/github/fake/description.fake.ts';
import { type FakeGitHub, startGitHub } from '../src/servers/github/fake/github.fake.ts';
import { formsFound } from './support/echo-forms.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2, SDK_2_LEGACY } from './support/sdk-2.ts';
import { findStored, storedFiles } from './support/stored-files.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const CREDENTIAL = `ghp_${randomBytes(18).toString('hex')}`;
const HELLO = { owner: 'octocat', repo: 'Hello-World' };
const REPOSITORY = '/repos/{owner}/{repo}';
const ISSUE = `GET ${REPOSITORY}/issues/{issue_number}`;
const CONTENTS = `GET ${REPOSITORY}/contents/{path}`;
const CREATE = `POST ${REPOSITORY}/issues`;
const readIssue = { ...HELLO, number: 1347 };

/** What each tool is called with, and how many requests that makes. */
const CALLS: readonly [string, Record<string, unknown>, number][] = [
  ['search_repositories', { query: 'tetris' }, 1],
  ['search_code', { query: 'addClass repo:jquery/jquery' }, 1],
  ['search_issues', { query: 'windows label:bug' }, 1],
  ['read_file', { ...HELLO, path: 'README.md' }, 1],
  ['read_issue', readIssue, 2],
  ['read_pull_request', readIssue, 5],
  ['list_commits', HELLO, 1],
  ['create_issue', { ...HELLO, title: 'Found a bug', body: 'Text' }, 1],
  ['add_comment', { ...readIssue, body: 'Me too' }, 1],
];

let github: FakeGitHub;
let elsewhere: FakeGitHub;
let gateway: TestGateway;
let client: TestClient;
/** All that clients have got. */
const got: string[] = [];

beforeAll(async () => {
  [github, elsewhere] = await Promise.all([startGitHub('/api/v3'), startGitHub()]);
  const connection = {
    id: 'github',
    name: 'GitHub Enterprise',
    owner: 'tenant',
    origins: [new URL(github.url).origin],
    paths: ['/api/v3'],
    secret: 'GITHUB_TOKEN',
  };
  gateway = await startTestGateway(
    {},
    {
      CONNECTIONS: JSON.stringify([connection]),
      GITHUB_TOKEN: CREDENTIAL,
      EGRESS_ALLOW_LOOPBACK: 'true',
      SERVER_SETTINGS: JSON.stringify({ github: { GITHUB_API_URL: github.url } }),
    },
  );
  client = await clientOf(SDK_2, 'ada');
});

afterAll(async () => {
  await client.sdk.close();
  await Promise.all([gateway.stop(), github.stop(), elsewhere.stop()]);
});

beforeEach(() => {
  github.reset();
  elsewhere.reset();
  const example = operation(CONTENTS).example(200);
  // What the example has as content is no Base64.
  github.on(CONTENTS, { body: { ...example, content: Buffer.from('# Hello\n').toString('base64') } });
});

const clientOf = (line: typeof SDK_2, user: string) =>
  signIn(line, new URL('/mcp/github', gateway.origin), user);

async function call(name: string, args: Record<string, unknown>, by = client) {
  const result = await by.call(name, args);
  got.push(JSON.stringify(result));
  const [first] = result.content as { text?: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape that its tool answers
  return { text: first?.text ?? '', isError: result.isError ?? false, data: result.structuredContent as any };
}

test('what the server has is listed without asking GitHub', async () => {
  const { tools } = await client.sdk.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(CALLS.map(([name]) => name).sort());
  for (const { name, annotations } of tools) {
    const readOnlyHint = !['create_issue', 'add_comment'].includes(name);
    expect(annotations).toMatchObject({ readOnlyHint, openWorldHint: true });
  }
  const { resourceTemplates } = await client.sdk.listResourceTemplates();
  expect(resourceTemplates).toHaveLength(1);
  expect([...github.asked, ...elsewhere.asked]).toEqual([]);
});

describe.each([[SDK_2], [SDK_2_LEGACY], [SDK_1]])('$name', line => {
  test.each(CALLS)(
    '%s asks GitHub with the credential, as GitHub describes it',
    async (name, args, requests) => {
      const caller = await clientOf(line, 'bob');
      try {
        const { isError, data } = await call(name, args, caller);
        expect([isError, typeof data]).toEqual([false, 'object']);
      } finally {
        await caller.sdk.close();
      }
      expect(github.faults).toEqual([]);
      expect(github.asked).toHaveLength(requests);
      for (const { headers } of github.asked) expect(headers.authorization).toBe(`Bearer ${CREDENTIAL}`);
    },
  );
});

describe('resources', () => {
  test('are files, read with the credential', async () => {
    const uri = 'github://octocat/Hello-World/feature%2Fx/README.md';
    const { contents } = await client.sdk.readResource({ uri });
    expect(contents).toMatchObject([{ uri, mimeType: 'text/markdown', text: expect.any(String) }]);
    expect(github.asked).toMatchObject([
      {
        operation: CONTENTS,
        query: { ref: 'feature/x' },
        headers: { authorization: `Bearer ${CREDENTIAL}` },
      },
    ]);
  });

  test('complete', async () => {
    const ref = { type: 'ref/resource', uri: 'github://{owner}/{repo}/{ref}/{+path}' } as const;
    const argument = { name: 'ref', value: 'feature-' };
    const { completion } = await client.sdk.complete({ ref, argument, context: { arguments: HELLO } });
    expect(completion.values).toEqual(['feature-a', 'feature-b']);
  });
});

describe('what GitHub says', () => {
  test('of the credential reaches nobody', async () => {
    const body = {
      ...operation(ISSUE).example(200),
      title: `You sent ${CREDENTIAL}`,
      body: btoa(`Bearer ${CREDENTIAL}`),
    };
    github.on(ISSUE, ({ headers }) => ({ body, headers: { link: String(headers.authorization) } }));
    const { text } = await call('read_issue', readIssue);
    expect(text).toMatch(/^# You sent /);
    github.on(ISSUE, {
      status: 422,
      body: { message: CREDENTIAL, errors: [{ field: CREDENTIAL, code: CREDENTIAL }] },
    });
    await call('read_issue', readIssue);
    expect(formsFound([...got, gateway.output()], CREDENTIAL)).toEqual([]);
  });

  test('of limits, sign-on and permissions comes through', async () => {
    github.on(ISSUE, {
      status: 403,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
      },
      body: { message: 'API rate limit exceeded' },
    });
    expect((await call('read_issue', readIssue)).text).toMatch(/^Rate limited: .* \(in 3[56]\d\d s\)\.$/);
    github.on(ISSUE, {
      status: 403,
      headers: {
        'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=ABC',
        'x-accepted-github-permissions': 'issues=read',
      },
      body: { message: 'Resource protected by organization SAML enforcement.' },
    });
    const { text } = await call('read_issue', readIssue);
    expect(text).toContain('sign in at https://github.com/orgs/acme/sso and');
    expect(text).toContain('issues=read');
  });

  test('of a repository that was renamed is followed', async () => {
    github.on(ISSUE, ({ path }) =>
      path.includes('/old/')
        ? {
            status: 301,
            headers: { location: `${github.url}/repos/octocat/new/issues/1347` },
            body: { message: 'Moved' },
          }
        : {},
    );
    expect((await call('read_issue', { ...readIssue, repo: 'old' })).data.issue.number).toBe(1347);
  });

  test.each([301, 302])(
    'of a repository that was renamed makes nothing at its new name (%i)',
    async status => {
      const location = `${github.url}/repos/octocat/new/issues/1347`;
      github.on(CREATE, { status, headers: { location }, body: { message: 'Moved' }, isUndescribed: true });
      const { isError, text } = await call('create_issue', { ...HELLO, title: 'x' });
      expect([isError, text]).toEqual([
        true,
        expect.stringMatching(/^Not found: It was moved, and nothing was made/),
      ]);
    },
  );

  test('of another place is not followed, and the credential does not go there', async () => {
    github.on(ISSUE, {
      status: 302,
      headers: { location: `${elsewhere.url}/repos/a/b/issues/1` },
      isUndescribed: true,
    });
    expect((await call('read_issue', readIssue)).text).toMatch(
      /^Not sent: .* redirects to where no connection of this server leads/,
    );
    expect(elsewhere.asked).toEqual([]);
  });

  test('of another part of the same place is not followed', async () => {
    const location = `${new URL(github.url).origin}/admin`;
    github.on(ISSUE, { status: 302, headers: { location }, isUndescribed: true });
    expect((await call('read_issue', readIssue)).text).toMatch(
      /^Not sent: .* redirects to where no connection of this server leads/,
    );
    expect(github.faults).toEqual([]);
  });

  test('against the credential is told with who can mend it', async () => {
    github.on(ISSUE, { status: 401, body: { message: 'Bad credentials' }, isUndescribed: true });
    const { isError, text } = await call('read_issue', readIssue);
    expect([isError, text]).toEqual([
      true,
      expect.stringMatching(/^Not connected: .* whoever runs it has to replace it/),
    ]);
  });
});

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
    expect([...github.asked, ...github.faults]).toEqual([]);
  });

  test.each(PATHS)('in the place of a path stays one in the repository: %j', async path => {
    await call('read_file', { ...HELLO, path });
    const uri = `github://octocat/Hello-World/HEAD/${path}`;
    await client.sdk.readResource({ uri }).catch(() => undefined);
    await call('list_commits', { ...HELLO, path, ref: path });
    expect(github.faults).toEqual([]);
    for (const asked of github.asked) {
      expect(asked.path).toMatch(/^\/repos\/octocat\/Hello-World\/(contents\/|commits$)/);
      expect(asked.path).not.toMatch(/(^|\/)(\.|%2e){1,2}(\/|$)/i);
      expect(asked.headers['x-injected']).toBeUndefined();
    }
    expect(elsewhere.asked).toEqual([]);
  });

  test('in the place of a query or ref adds no parameter', async () => {
    await call('search_code', { query: 'a&per_page=1&q=b#c\r\nX: y' });
    await call('read_file', { ...HELLO, path: 'a', ref: 'main&x=y#z' });
    expect(github.asked.map(({ query }) => query)).toEqual([
      { q: 'a&per_page=1&q=b#c\r\nX: y', page: '1', per_page: '20' },
      { ref: 'main&x=y#z' },
    ]);
  });
});

test('the credential is in nothing that is stored, logged or answered', () => {
  expect(got.length).toBeGreaterThan(CALLS.length);
  expect(formsFound([...got, gateway.output()], CREDENTIAL)).toEqual([]);
  expect(findStored(storedFiles(gateway.stateDir), new Map([['credential', CREDENTIAL]]))).toEqual([]);
});
