import { ProtocolErrorCode } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { openGitHub } from './fake/client.fake.ts';
import { operation } from './fake/description.fake.ts';

const CONTENTS = 'GET /repos/{owner}/{repo}/contents/{path}';
const TEMPLATE = 'github://{owner}/{repo}/{ref}/{+path}';
const example = operation(CONTENTS).example(200, 'response-if-content-is-a-file-github-object');

const file = (path: string, bytes: Uint8Array | string, size = bytes.length) => ({
  body: { ...example, path, size, content: Buffer.from(bytes).toString('base64') },
});

describe('files as resources', () => {
  it('are text with the media type of their name', async () => {
    const { client, github } = await openGitHub();
    github.on(CONTENTS, file('docs/ä b.md', '# Hi\n'));
    const uri = 'github://octocat/Hello-World/feature%2Fx/docs/%C3%A4%20b.md';
    const { contents } = await client.readResource({ uri });
    expect(contents).toEqual([{ uri, mimeType: 'text/markdown', text: '# Hi\n' }]);
    expect(github.asked).toMatchObject([
      { path: '/repos/octocat/Hello-World/contents/docs/%C3%A4%20b.md', query: { ref: 'feature/x' } },
    ]);
  });

  it('are bytes where they are no text', async () => {
    const { client, github } = await openGitHub();
    const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at);
    github.on(CONTENTS, file('a.bin', bytes));
    const { contents } = await client.readResource({ uri: 'github://octocat/Hello-World/HEAD/a.bin' });
    expect(contents).toMatchObject([{ mimeType: 'application/octet-stream' }]);
    expect(Buffer.from((contents[0] as { blob: string }).blob, 'base64').equals(bytes)).toBe(true);
  });

  it('are the entries of a directory', async () => {
    const { client, github } = await openGitHub();
    const body = operation(CONTENTS).example(200, 'response-if-content-is-a-directory-github-object');
    github.on(CONTENTS, { body });
    const { contents } = await client.readResource({ uri: 'github://octocat/Hello-World/HEAD/src/' });
    expect((contents[0] as { text: string }).text).toBe('- app.js (625 bytes)\n- images/');
  });

  it('are refused where they are too large, with what reads them', async () => {
    const { client, github } = await openGitHub();
    github.on(CONTENTS, file('a.txt', 'x', 4_000_000));
    await expect(client.readResource({ uri: 'github://o/r/HEAD/a.txt' })).rejects.toMatchObject({
      code: ProtocolErrorCode.InvalidParams,
      message: expect.stringContaining('Read it in parts with read_file'),
    });
  });

  it('that GitHub does not have are not found', async () => {
    const { client, github } = await openGitHub();
    github.on(CONTENTS, { status: 404, body: { message: 'Not Found' } });
    const uri = 'github://octocat/Hello-World/HEAD/nothing';
    await expect(client.readResource({ uri })).rejects.toMatchObject({
      code: ProtocolErrorCode.InvalidParams,
      message: expect.stringContaining('Not found: Not Found.'),
      data: { uri },
    });
  });

  it('say why GitHub refuses', async () => {
    const { client, github } = await openGitHub();
    github.on(CONTENTS, { status: 403, body: { message: 'No' } });
    await expect(client.readResource({ uri: 'github://o/r/HEAD/a' })).rejects.toMatchObject({
      code: ProtocolErrorCode.InternalError,
      message: expect.stringContaining('No access: No.'),
    });
  });

  it.each([
    'github://octocat/Hello-World/HEAD/a/%2e%2e/%2e%2e/%2e%2e/user',
    'github://octocat/Hello-World/HEAD/..%2f..%2f..%2fuser',
    'github://octocat/Hello-World/HEAD/../../../user',
    'github://octocat/%2e%2e/HEAD/user',
    'github://octocat/a%2Fb/HEAD/user',
    'github://octocat/Hello-World/HEAD/%',
    'github://octocat/Hello-World',
    'github://octocat@evil/Hello-World/HEAD/a',
    'https://api.github.com/user',
  ])('%s is none, and GitHub is not asked', async uri => {
    const { client, paths } = await openGitHub();
    await expect(client.readResource({ uri })).rejects.toMatchObject({
      code: ProtocolErrorCode.InvalidParams,
    });
    expect(paths()).toEqual([]);
  });

  it('are announced as a template, and none is listed', async () => {
    const { client, paths } = await openGitHub();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([{ uriTemplate: TEMPLATE, name: 'file' }]);
    expect((await client.listResources()).resources).toEqual([]);
    expect(paths()).toEqual([]);
  });
});

describe('the variables of the template', () => {
  async function openCompleting() {
    const opened = await openGitHub();
    const complete = async (name: string, value: string, chosen: Record<string, string> = {}) => {
      const ref = { type: 'ref/resource', uri: TEMPLATE } as const;
      const params = { ref, argument: { name, value }, context: { arguments: chosen } };
      return (await opened.client.complete(params)).completion.values;
    };
    return { ...opened, complete };
  }
  const chosen = { owner: 'octocat', repo: 'Hello-World', ref: 'HEAD' };

  it("complete to the user's own repositories", async () => {
    const { complete, paths } = await openCompleting();
    expect(await complete('owner', 'OCTO')).toEqual(['octocat']);
    expect(await complete('repo', 'he', { owner: 'octocat' })).toEqual(['Hello-World']);
    expect(new Set(paths())).toEqual(new Set(['/user/repos?sort=pushed&per_page=100']));
  });

  it("complete to another owner's repositories where the user has none there", async () => {
    const { complete, paths } = await openCompleting();
    expect(await complete('repo', '', { owner: 'monalisa' })).toEqual(['Hello-World']);
    expect(paths()).toContain('/users/monalisa/repos?sort=pushed&per_page=100');
  });

  it('complete to branches, and HEAD', async () => {
    const { complete, paths } = await openCompleting();
    expect(await complete('ref', 'feature-', chosen)).toEqual(['feature-a', 'feature-b']);
    expect(await complete('ref', '', chosen)).toEqual(['HEAD', 'feature-a', 'feature-b']);
    expect(paths()).toEqual([
      '/repos/octocat/Hello-World/git/matching-refs/heads/feature-?',
      '/repos/octocat/Hello-World/git/matching-refs/heads?',
    ]);
  });

  it('complete to paths, directory by directory', async () => {
    const { complete, github } = await openCompleting();
    const body = operation(CONTENTS).example(200, 'response-if-content-is-a-directory-github-object');
    github.on(CONTENTS, { body });
    const [first] = body.entries;
    expect(await complete('path', `src/${first.name.slice(0, 2)}`, chosen)).toContain(
      `src/${first.name}${first.type === 'dir' ? '/' : ''}`,
    );
    expect(github.asked).toMatchObject([
      { path: '/repos/octocat/Hello-World/contents/src', query: { ref: 'HEAD' } },
    ]);
  });

  it('complete to nothing where GitHub refuses, or what was typed is no name', async () => {
    const { complete, github, paths } = await openCompleting();
    for (const name of ['ref', 'path']) expect(await complete(name, '../../x/', chosen)).toEqual([]);
    expect(await complete('ref', '', { owner: '..', repo: 'x' })).toEqual([]);
    expect(paths()).toEqual([]);
    github.on('GET /user/repos', { status: 401, body: { message: 'Bad credentials' } });
    expect(await complete('owner', '')).toEqual([]);
  });
});
