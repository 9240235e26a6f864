import { describe, expect, it } from 'vitest';
import { HELLO, openGitHub } from '../fake/client.fake.ts';
import { createHandler } from '../server.ts';

const ISSUE = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
const of = { ...HELLO, number: 1 };

describe('an exchange with GitHub', () => {
  it('says nothing of who asks: it carries no credential and no cookie', async () => {
    const { call, github } = await openGitHub();
    await call('read_issue', of);
    for (const { headers } of github.asked) {
      expect(headers.authorization).toBeUndefined();
      expect(headers.cookie).toBeUndefined();
    }
  });

  it('follows where a renamed repository was moved to', async () => {
    const { call, github } = await openGitHub();
    github.on(ISSUE, ({ path }) =>
      path.includes('/old/')
        ? {
            status: 301,
            headers: { location: `${github.url}/repos/octocat/new/issues/1` },
            body: { message: 'Moved' },
          }
        : {},
    );
    const { data } = await call('read_issue', { ...of, repo: 'old' });
    expect(data.issue.repository).toBe('octocat/Hello-World');
  });

  it.each([
    ['no JSON', Buffer.from('<html>')],
    ['another shape', { number: 'one' }],
    ['nothing', undefined],
  ])('that ends in %s says so', async (_what, body) => {
    const { call, github } = await openGitHub();
    github.on(ISSUE, { body, isUndescribed: true });
    expect((await call('read_issue', of)).text).toMatch(
      /^GitHub trouble: GitHub answered in a shape that this server does not know/,
    );
  });

  it('is broken off where the answer is too large', async () => {
    const { call, github } = await openGitHub();
    github.on(ISSUE, { body: Buffer.alloc(8 * 1024 * 1024 + 1, 32) });
    expect((await call('read_issue', of)).text).toMatch(
      /^GitHub trouble: GitHub's answer is larger than 8388608 bytes/,
    );
  });

  it('with nobody there says that GitHub could not be reached', async () => {
    const { call, github } = await openGitHub();
    await github.stop();
    expect((await call('read_issue', of)).text).toMatch(/^GitHub trouble: GitHub could not be reached/);
  });

  it('ends with the call', async () => {
    const { client, github } = await openGitHub();
    const caller = new AbortController();
    github.on(ISSUE, () => {
      caller.abort();
      return new Promise(() => {});
    });
    const call = client.callTool({ name: 'read_issue', arguments: of }, { signal: caller.signal });
    await expect(call).rejects.toThrow();
  });

  it('takes a base address with or without a slash at its end', () => {
    for (const url of ['https://github.example/api/v3', 'https://github.example/api/v3/']) {
      expect(createHandler(url)).toBeDefined();
    }
  });
});
