import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operation } from '../src/servers/github/fake/description.fake.ts';
import { formsFound } from './support/echo-forms.ts';
import { GitHubHouse, HELLO } from './support/github-house.ts';
import { findStored, storedFiles } from './support/stored-files.ts';
import type { TestClient } from './support/test-client.ts';

const ISSUE = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
const CREATE = 'POST /repos/{owner}/{repo}/issues';
const readIssue = { ...HELLO, number: 1347 };

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

describe('what GitHub says', () => {
  test('of the credential reaches nobody', async () => {
    const body = {
      ...operation(ISSUE).example(200),
      title: `You sent ${house.credential}`,
      body: btoa(`Bearer ${house.credential}`),
    };
    house.github.on(ISSUE, ({ headers }) => ({ body, headers: { link: String(headers.authorization) } }));
    const { text } = await call('read_issue', readIssue);
    expect(text).toMatch(/^# You sent /);
    house.github.on(ISSUE, {
      status: 422,
      body: { message: house.credential, errors: [{ field: house.credential, code: house.credential }] },
    });
    await call('read_issue', readIssue);
    expect(formsFound([...house.got, house.gateway.output()], house.credential)).toEqual([]);
  });

  test('of limits, sign-on and permissions comes through', async () => {
    house.github.on(ISSUE, {
      status: 403,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
      },
      body: { message: 'API rate limit exceeded' },
    });
    expect((await call('read_issue', readIssue)).text).toMatch(/^Rate limited: .* \(in 3[56]\d\d s\)\.$/);
    house.github.on(ISSUE, {
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
    house.github.on(ISSUE, ({ path }) =>
      path.includes('/old/')
        ? {
            status: 301,
            headers: { location: `${house.github.url}/repos/octocat/new/issues/1347` },
            body: { message: 'Moved' },
          }
        : {},
    );
    expect((await call('read_issue', { ...readIssue, repo: 'old' })).data.issue.number).toBe(1347);
  });

  test.each([301, 302])(
    'of a repository that was renamed makes nothing at its new name (%i)',
    async status => {
      const location = `${house.github.url}/repos/octocat/new/issues/1347`;
      house.github.on(CREATE, {
        status,
        headers: { location },
        body: { message: 'Moved' },
        isUndescribed: true,
      });
      const { isError, text } = await call('create_issue', { ...HELLO, title: 'x' });
      expect([isError, text]).toEqual([
        true,
        expect.stringMatching(/^Not found: It was moved, and nothing was made/),
      ]);
    },
  );

  test('of another place is not followed, and the credential does not go there', async () => {
    house.github.on(ISSUE, {
      status: 302,
      headers: { location: `${house.elsewhere.url}/repos/a/b/issues/1` },
      isUndescribed: true,
    });
    expect((await call('read_issue', readIssue)).text).toMatch(
      /^Not sent: .* redirects to where no connection of this server leads/,
    );
    expect(house.elsewhere.asked).toEqual([]);
  });

  test('of another part of the same place is not followed', async () => {
    const location = `${new URL(house.github.url).origin}/admin`;
    house.github.on(ISSUE, { status: 302, headers: { location }, isUndescribed: true });
    expect((await call('read_issue', readIssue)).text).toMatch(
      /^Not sent: .* redirects to where no connection of this server leads/,
    );
    expect(house.github.faults).toEqual([]);
  });

  test('against the credential is told with who can mend it', async () => {
    house.github.on(ISSUE, { status: 401, body: { message: 'Bad credentials' }, isUndescribed: true });
    const { isError, text } = await call('read_issue', readIssue);
    expect([isError, text]).toEqual([
      true,
      expect.stringMatching(/^Not connected: .* whoever runs it has to replace it/),
    ]);
  });
});

test('the credential is in nothing that is stored, logged or answered', () => {
  expect(house.got.length).toBeGreaterThan(5);
  expect(formsFound([...house.got, house.gateway.output()], house.credential)).toEqual([]);
  expect(
    findStored(storedFiles(house.gateway.stateDir), new Map([['credential', house.credential]])),
  ).toEqual([]);
});
