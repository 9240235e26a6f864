import { describe, expect, it } from 'vitest';
import { HELLO, openGitHub } from '../fake/client.fake.ts';
import { operation } from '../fake/description.fake.ts';

const PULL = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const FILES = `${PULL}/files`;
const of = { ...HELLO, number: 1347 };

describe('read_pull_request', () => {
  it('answers the pull request with its files, reviews and both kinds of comments', async () => {
    const { call, paths } = await openGitHub();
    const { text, data } = await call('read_pull_request', of);
    const page = '?page=1&per_page=30';
    expect(paths().sort()).toEqual([
      `/repos/octocat/Hello-World/issues/1347/comments${page}`,
      `/repos/octocat/Hello-World/pulls/1347/comments${page}`,
      `/repos/octocat/Hello-World/pulls/1347/files${page}`,
      `/repos/octocat/Hello-World/pulls/1347/reviews${page}`,
      '/repos/octocat/Hello-World/pulls/1347?',
    ]);
    expect(data.pullRequest).toMatchObject({
      number: 1347,
      head: 'octocat:new-topic',
      base: 'master',
      isDraft: false,
    });
    expect(data.files).toMatchObject([{ path: 'file1.txt', status: 'added', isPatchCut: false }]);
    expect(data.reviews).toMatchObject([{ author: 'octocat', state: 'APPROVED' }]);
    expect(data.lineComments).toMatchObject([{ path: 'file1.txt', text: 'Great stuff!' }]);
    expect(data.comments).toMatchObject([{ text: 'Me too' }]);
    for (const title of ['# Changed files', '# Reviews', '# Comments on lines', '# Comments']) {
      expect(text.split('\n')).toContain(title);
    }
  });

  it.each([
    [{ merged: true, state: 'closed' }, 'merged'],
    [{ merged: false, state: 'closed' }, 'closed'],
    [{ merged: false, state: 'open', draft: true }, 'open draft'],
  ])('tells %j as %s', async (changes, state) => {
    const { call, github } = await openGitHub();
    github.on(PULL, { body: { ...operation(PULL).example(200), ...changes } });
    expect((await call('read_pull_request', of)).text).toContain(`#1347: ${state}, opened by octocat`);
  });

  it('says that it conflicts, and nothing where GitHub does not know yet', async () => {
    const { call, github } = await openGitHub();
    github.on(PULL, { body: { ...operation(PULL).example(200), mergeable: false } });
    expect((await call('read_pull_request', of)).text).toContain('it conflicts with the base');
    github.on(PULL, { body: { ...operation(PULL).example(200), mergeable: null } });
    const { text, data } = await call('read_pull_request', of);
    expect(text).not.toContain('conflicts');
    expect(data.pullRequest.isMergeable).toBeNull();
  });

  it('names a further page where any of its lists has one', async () => {
    const { call, github } = await openGitHub();
    github.on(FILES, { headers: { link: '<https://api.github.com/x?page=2>; rel="next"' } });
    expect((await call('read_pull_request', of)).data.nextPage).toBe(2);
  });

  it('bounds patches, each and all together, and keeps the names of all files', async () => {
    const { call, github } = await openGitHub();
    const [file] = operation(FILES).example(200);
    const body = Array.from({ length: 30 }, (_, at) => ({
      ...file,
      filename: `${at}.txt`,
      patch: 'x'.repeat(900),
    }));
    const { patch: _, ...binary } = file;
    github.on(FILES, { body: [...body, { ...binary, filename: 'image.png' }] });
    const { files } = (await call('read_pull_request', { ...of, text_limit: 500 })).data;
    expect(files).toHaveLength(31);
    expect(files[0]).toMatchObject({ patch: 'x'.repeat(500), isPatchCut: true });
    expect(files.map((each: { patch?: string }) => each.patch ?? '').join('')).toHaveLength(5000);
    expect(files.at(-2)).toMatchObject({ path: '29.txt', isPatchCut: true });
    expect(files.at(-1)).toMatchObject({ path: 'image.png', isPatchCut: false });
  });
});
