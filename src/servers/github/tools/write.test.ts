import { describe, expect, it } from 'vitest';
import { HELLO, openGitHub } from '../fake/client.fake.ts';
import { operation } from '../fake/description.fake.ts';

const CREATE = 'POST /repos/{owner}/{repo}/issues';
const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const UNKNOWN_OUTCOME = 'Whether it took effect is unknown';

describe('create_issue', () => {
  it('opens an issue and answers its number', async () => {
    const { call, github } = await openGitHub();
    const draft = { title: 'Found a bug', body: 'Text', labels: ['bug'], assignees: ['octocat'] };
    const { text, data } = await call('create_issue', { ...HELLO, ...draft });
    expect(github.asked).toMatchObject([
      { operation: CREATE, path: '/repos/octocat/Hello-World/issues', body: draft },
    ]);
    expect(text).toBe(
      'Opened octocat/Hello-World#1347: Found a bug\nhttps://github.com/octocat/Hello-World/issues/1347',
    );
    expect(data.issue.number).toBe(1347);
  });

  it('names what GitHub found wrong with it', async () => {
    const { call, github } = await openGitHub();
    const errors = [{ resource: 'Issue', field: 'assignees', code: 'invalid', value: ['nobody'] }];
    github.on(CREATE, { status: 422, body: { message: 'Validation Failed', documentation_url: '', errors } });
    expect((await call('create_issue', { ...HELLO, title: 'x' })).text).toBe(
      'Not valid: Validation Failed.\n- assignees: invalid',
    );
  });

  it('says where issues are switched off', async () => {
    const { call, github } = await openGitHub();
    github.on(CREATE, { status: 410, body: { message: 'Issues are disabled for this repo' } });
    expect((await call('create_issue', { ...HELLO, title: 'x' })).text).toBe(
      'Not found: Issues are disabled for this repo.',
    );
  });

  it('does not follow where a repository was moved to, and says that nothing was made', async () => {
    const { call, github } = await openGitHub();
    for (const status of [301, 307]) {
      const location = `${github.url}/repositories/1/issues`;
      github.on(CREATE, { status, headers: { location }, body: { message: 'Moved' }, isUndescribed: true });
      const { text } = await call('create_issue', { ...HELLO, title: 'x' });
      expect(text).toMatch(/^Not found: It was moved\./);
    }
    expect(github.asked).toHaveLength(2);
  });

  it('takes no list that a redirect led to for an issue that it made', async () => {
    const { call, github } = await openGitHub();
    github.on(CREATE, { status: 200, body: [], isUndescribed: true });
    expect((await call('create_issue', { ...HELLO, title: 'x' })).text).toMatch(
      /moved, and nothing was made/,
    );
  });

  it.each([
    [502, 'failed with status 502'],
    [500, 'failed with status 500'],
  ])('says after %i that the outcome is unknown, and does not try again', async (status, words) => {
    const { call, github } = await openGitHub();
    github.on(CREATE, { status, body: { message: 'Server Error' } });
    const { text } = await call('create_issue', { ...HELLO, title: 'x' });
    expect(text).toContain(words);
    expect(text).toContain(UNKNOWN_OUTCOME);
    expect(github.asked).toHaveLength(1);
  });

  it('says nothing of an unknown outcome where GitHub refused', async () => {
    const { call, github } = await openGitHub();
    github.on(CREATE, { status: 403, body: { message: 'Resource not accessible by integration' } });
    expect((await call('create_issue', { ...HELLO, title: 'x' })).text).not.toContain(UNKNOWN_OUTCOME);
  });
});

describe('add_comment', () => {
  it('comments, and answers where', async () => {
    const { call, github } = await openGitHub();
    const { text, data } = await call('add_comment', { ...HELLO, number: 7, body: 'Me too' });
    expect(github.asked).toMatchObject([
      { operation: COMMENT, path: '/repos/octocat/Hello-World/issues/7/comments', body: { body: 'Me too' } },
    ]);
    const { id, html_url: url } = operation(COMMENT).example(201);
    expect(data).toEqual({ id, url });
    expect(text).toBe(`Commented on octocat/Hello-World#7.\n${url}`);
  });

  it.each(['', '  \n', 'x'.repeat(65_537)])(
    'refuses a blank or endless text before GitHub is asked',
    async body => {
      const { call, paths } = await openGitHub();
      expect((await call('add_comment', { ...HELLO, number: 7, body })).isError).toBe(true);
      expect(paths()).toEqual([]);
    },
  );
});
