import { describe, expect, it } from 'vitest';
import { HELLO, openGitHub } from '../fake/client.fake.ts';
import { operation } from '../fake/description.fake.ts';

const CONTENTS = 'GET /repos/{owner}/{repo}/contents/{path}';
const described = operation(CONTENTS);
const FILE = 'response-if-content-is-a-file-github-object';
const DIRECTORY = 'response-if-content-is-a-directory-github-object';

/** A file that GitHub answers, of the shape of its example. */
function fileOf(content: string | Uint8Array, more: Record<string, unknown> = {}) {
  const bytes = Buffer.from(content);
  const lines = bytes.toString('base64').replace(/(.{60})/g, '$1\n');
  return { ...described.example(200, FILE), content: lines, size: bytes.length, ...more };
}

describe('read_file', () => {
  it('answers a text file to the letter', async () => {
    const { call, github } = await openGitHub();
    github.on(CONTENTS, { body: fileOf('\ufeffüber\n🍵\n') });
    const { text, data } = await call('read_file', { ...HELLO, path: '/docs/a b#1?.md/', ref: 'feature/x' });
    expect(github.asked).toMatchObject([
      {
        path: '/repos/octocat/Hello-World/contents/docs/a%20b%231%3F.md',
        query: { ref: 'feature/x' },
        headers: { accept: 'application/vnd.github.object+json' },
      },
    ]);
    expect(data).toMatchObject({ kind: 'file', text: '\ufeffüber\n🍵\n', isBinary: false, startLine: 1 });
    expect(data.nextOffset).toBeUndefined();
    expect(text).toBe('README.md, 14 bytes, from line 1:\n\n\ufeffüber\n🍵\n');
  });

  it('answers a long file in parts of whole lines, which together are the file', async () => {
    const { call, github } = await openGitHub();
    const whole = Array.from({ length: 500 }, (_, line) => `line ${line}\n`).join('');
    github.on(CONTENTS, { body: fileOf(whole) });
    let read = '';
    let offset: number | undefined = 0;
    let parts = 0;
    while (offset !== undefined) {
      const { data, text } = await call('read_file', { ...HELLO, path: 'x', offset, limit: 1000 });
      expect(data.startLine).toBe(read.split('\n').length);
      expect(data.text.length).toBeLessThanOrEqual(1000);
      expect(data.text).toMatch(/\n$/);
      read += data.text;
      offset = data.nextOffset;
      if (offset !== undefined) expect(text).toContain(`call again with offset ${offset}.]`);
      parts += 1;
    }
    expect(read).toBe(whole);
    expect(parts).toBe(5);
  });

  it('answers an empty file as empty', async () => {
    const { call, github } = await openGitHub();
    github.on(CONTENTS, { body: fileOf('') });
    expect((await call('read_file', { ...HELLO, path: 'x' })).data).toMatchObject({
      text: '',
      totalCharacters: 0,
    });
  });

  it('refuses an offset beyond the end', async () => {
    const { call, github } = await openGitHub();
    github.on(CONTENTS, { body: fileOf('abc') });
    expect(await call('read_file', { ...HELLO, path: 'x', offset: 3 })).toMatchObject({
      isError: true,
      text: 'Not valid: offset is 3, and the file has 3 characters. It must be less.',
    });
  });

  it('fetches a file of more than 1 MB, which GitHub answers without its content', async () => {
    const { call, github } = await openGitHub();
    const bytes = Buffer.from('large\n'.repeat(300_000));
    github.on(CONTENTS, ({ headers }) =>
      headers.accept?.includes('raw')
        ? { body: bytes }
        : { body: fileOf('', { size: bytes.length, encoding: 'none', content: '' }) },
    );
    const { data } = await call('read_file', { ...HELLO, path: 'x', offset: 1_799_994 });
    expect(data).toMatchObject({ text: 'large\n', startLine: 300_000, totalCharacters: 1_800_000 });
  });

  it('refuses a file that is too large without fetching it', async () => {
    const { call, github } = await openGitHub();
    github.on(CONTENTS, { body: fileOf('', { size: 8_000_000, encoding: 'none', content: '' }) });
    expect((await call('read_file', { ...HELLO, path: 'x' })).text).toMatch(
      /^Not valid: The file has 8000000 bytes; files of at most 7340032 bytes/,
    );
    expect(github.asked).toHaveLength(1);
  });

  it.each([
    ['a zero byte', new Uint8Array([65, 0, 66])],
    ['no UTF-8', new Uint8Array([0xff, 0xd8, 0xff])],
  ])('names a file with %s as binary, with the resource that has its bytes', async (_what, bytes) => {
    const { call, github } = await openGitHub();
    github.on(CONTENTS, { body: fileOf(bytes, { path: 'logo.png' }) });
    const { data, content, isError } = await call('read_file', { ...HELLO, path: 'logo.png', ref: 'a/b' });
    expect(isError).toBe(false);
    const uri = 'github://octocat/Hello-World/a%2Fb/logo.png';
    expect(data).toMatchObject({ kind: 'file', isBinary: true, size: 3, uri });
    expect(data.text).toBeUndefined();
    expect(content[1]).toMatchObject({ type: 'resource_link', uri, mimeType: 'image/png' });
  });

  it('lists a directory, the root where no path is given', async () => {
    const { call, github, paths } = await openGitHub();
    github.on(CONTENTS, { body: described.example(200, DIRECTORY) });
    const { data, text } = await call('read_file', HELLO);
    expect(paths()).toEqual(['/repos/octocat/Hello-World/contents?']);
    expect(data.kind).toBe('directory');
    expect(data.entries).toContainEqual({ name: 'app.js', kind: 'file', size: 625 });
    expect(text).toMatch(/: 2 entries\n- /);
  });

  it.each([
    ['symlink', { target: '/path/to/symlink/target' }],
    ['submodule', { submodule_git_url: 'git://example.com/project.git' }],
  ])('says where a %s leads', async (type, more) => {
    const { call, github } = await openGitHub();
    const { content: _, encoding: __, ...common } = described.example(200, FILE);
    github.on(CONTENTS, { body: { ...common, type, ...more } });
    const { data } = await call('read_file', { ...HELLO, path: 'x' });
    expect(data).toMatchObject({ kind: type, target: Object.values(more)[0] });
  });

  it.each([
    [404, { message: 'This repository is empty.' }, /^Not found: This repository is empty\./],
    [
      404,
      { message: 'No commit found for the ref nothing' },
      /^Not found: No commit found for the ref nothing\./,
    ],
    [
      403,
      { message: 'Too large', errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }] },
      /^Not valid: The file is larger than the 100 MB/,
    ],
  ])('tells %i %j apart', async (status, body, words) => {
    const { call, github } = await openGitHub();
    github.on(CONTENTS, { status, body });
    expect((await call('read_file', { ...HELLO, path: 'x' })).text).toMatch(words);
  });

  it.each(['..', 'a/../b', './a', 'a//b', 'a/.'])(
    'refuses the path %s before GitHub is asked',
    async path => {
      const { call, paths } = await openGitHub();
      expect((await call('read_file', { ...HELLO, path })).isError).toBe(true);
      expect(paths()).toEqual([]);
    },
  );

  it.each([
    ['%2e%2e/%2e%2e/x', '%252e%252e/%252e%252e/x'],
    ['a%2fb', 'a%252fb'],
    ['a?ref=x#y', 'a%3Fref%3Dx%23y'],
    ['a\r\nHost: x', 'a%0D%0AHost%3A%20x'],
    ['..\\..\\x', '..%5C..%5Cx'],
    ['\ud800', '%EF%BF%BD'],
  ])('asks for the path %j as a file of the repository', async (path, written) => {
    const { call, github } = await openGitHub();
    await call('read_file', { ...HELLO, path });
    expect(github.asked[0]?.path).toBe(`/repos/octocat/Hello-World/contents/${written}`);
  });
});
