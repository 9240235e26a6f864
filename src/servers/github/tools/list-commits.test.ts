import { describe, expect, it } from 'vitest';
import { HELLO, openGitHub } from '../fake/client.fake.ts';
import { operation } from '../fake/description.fake.ts';

const COMMITS = 'GET /repos/{owner}/{repo}/commits';

describe('list_commits', () => {
  it('lists the commits of a ref that touch a path', async () => {
    const { call, paths } = await openGitHub();
    const { text, data } = await call('list_commits', { ...HELLO, ref: 'feature/x', path: '/src/' });
    expect(paths()).toEqual([
      '/repos/octocat/Hello-World/commits?sha=feature%2Fx&path=src&page=1&per_page=20',
    ]);
    expect(data.commits[0]).toMatchObject({ author: 'octocat', message: 'Fix all the bugs' });
    expect(text).toMatch(/^- [0-9a-f]{10} \(octocat, 2011-04-14T16:00:49Z\): Fix all the bugs$/);
  });

  it('names the author of the commit where GitHub knows no account', async () => {
    const { call, github } = await openGitHub();
    const body = operation(COMMITS).example(200);
    body[0].author = null;
    github.on(COMMITS, { body });
    expect((await call('list_commits', HELLO)).data.commits[0].author).toBe('Monalisa Octocat');
  });

  it('says of an empty repository that it is one', async () => {
    const { call, github } = await openGitHub();
    github.on(COMMITS, { status: 409, body: { message: 'Git Repository is empty.' } });
    expect(await call('list_commits', HELLO)).toMatchObject({
      isError: true,
      text: 'Not found: Git Repository is empty.',
    });
  });
});
