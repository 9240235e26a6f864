import { describe, expect, it } from 'vitest';
import { HELLO, openGitHub } from '../fake/client.fake.ts';
import { operation } from '../fake/description.fake.ts';

const ISSUE = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
const COMMENTS = `${ISSUE}/comments`;
const of = { ...HELLO, number: 1347 };

describe('read_issue', () => {
  it('answers the issue with a page of its comments', async () => {
    const { call, paths } = await openGitHub();
    const { text, data } = await call('read_issue', { ...of, page: 2, per_page: 5 });
    expect(paths().sort()).toEqual([
      '/repos/octocat/Hello-World/issues/1347/comments?page=2&per_page=5',
      '/repos/octocat/Hello-World/issues/1347?',
    ]);
    expect(data.issue).toMatchObject({
      repository: 'octocat/Hello-World',
      number: 1347,
      title: 'Found a bug',
      labels: ['bug'],
      assignees: ['octocat'],
    });
    expect(data.body).toBe("I'm having a problem with this.");
    expect(data.comments).toEqual([
      { id: 1, author: 'octocat', createdAt: '2011-04-14T16:00:49Z', text: 'Me too' },
    ]);
    expect(text).toMatch(/^# Found a bug\noctocat\/Hello-World#1347: open.*(\n.*)*\nMe too$/);
  });

  it('says of a pull request what reads it', async () => {
    const { call, github } = await openGitHub();
    const { pull_request: _, ...issue } = operation(ISSUE).example(200);
    github.on(ISSUE, { body: issue });
    expect((await call('read_issue', of)).text).not.toContain('read_pull_request');
    github.on(ISSUE, {});
    expect((await call('read_issue', of)).text).toContain('read_pull_request says more');
  });

  it('cuts long texts, says so, and answers them in full when asked for more', async () => {
    const { call, github } = await openGitHub();
    const comments = operation(COMMENTS).example(200);
    comments[0].body = `${'a'.repeat(7999)}🍵${'b'.repeat(1000)}`;
    github.on(COMMENTS, { body: comments });
    const { data } = await call('read_issue', of);
    expect(data.comments[0].text).toBe(`${'a'.repeat(7999)}\n[Cut: the first 7999 of 9001 characters.]`);
    const full = await call('read_issue', { ...of, text_limit: 10_000 });
    expect(full.data.comments[0].text).toBe(comments[0].body);
  });

  it('reads issues of people whose account is gone, without a text', async () => {
    const { call, github } = await openGitHub();
    github.on(ISSUE, { body: { ...operation(ISSUE).example(200), user: null, body: null, assignees: [] } });
    const { text, data } = await call('read_issue', of);
    expect(data.issue).toMatchObject({ author: 'ghost', assignees: [] });
    expect(text).toContain('No description.');
  });

  it('says what became of an issue that was deleted', async () => {
    const { call, github } = await openGitHub();
    github.on(ISSUE, { status: 410, body: { message: 'This issue was deleted' } });
    expect(await call('read_issue', of)).toMatchObject({
      isError: true,
      text: 'Not found: This issue was deleted.',
    });
  });

  it.each([
    { ...of, owner: '..' },
    { ...of, repo: 'a/b' },
    { ...of, number: 0 },
    { ...of, number: '1/comments' },
    { ...of, owner: 'octocat\n' },
  ])('refuses %j before GitHub is asked', async args => {
    const { call, paths } = await openGitHub();
    expect((await call('read_issue', args)).isError).toBe(true);
    expect(paths()).toEqual([]);
  });
});
