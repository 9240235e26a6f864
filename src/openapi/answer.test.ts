import { describe, expect, test } from 'vitest';
import { called } from './called.fake.ts';
import type { Json } from './json.ts';

const paged = (...names: string[]) => ({
  parameters: names.map(name => ({ name, in: 'query', schema: {} })),
});
const answered = (response: () => Response, args: Json = {}, operation: Json = {}, method = 'get') =>
  called(operation, args, { method }, response);

describe('what an API answers', () => {
  test('is text: JSON without space, all else as it came', async () => {
    expect((await answered(() => new Response('{ "a": 1 }'))).text).toBe('{"a":1}');
    const xml = new Response('<a/>', { headers: { 'content-type': 'application/xml' } });
    expect((await answered(() => xml)).text).toBe('<a/>');
  });

  test('is cut to the fields that are asked for', async () => {
    const body = {
      total: 1,
      items: [{ id: 1, owner: { login: 'ada', id: 2 }, labels: [{ name: 'x', id: 3 }] }],
    };
    const _fields = ['items.id', 'items.owner.login', 'items.labels.name'];
    const { text } = await answered(() => Response.json(body), { _fields });
    expect(JSON.parse(text)).toEqual({
      items: [{ id: 1, owner: { login: 'ada' }, labels: [{ name: 'x' }] }],
    });
  });

  test('keeps numbers that are too large to be exact', async () => {
    const body = '[{"id": 1234567890123456789, "in": {"n": 12345678901234567890}, "x": 1.5}]';
    const compact = '[{"id":1234567890123456789,"in":{"n":12345678901234567890},"x":1.5}]';
    expect((await answered(() => new Response(body))).text).toBe(compact);
    const { text } = await answered(() => new Response(body), { _fields: ['id', 'in.n'] });
    expect(text).toBe('[{"id":1234567890123456789,"in":{"n":12345678901234567890}}]');
  });

  test('has other fields than those that are asked for', async () => {
    const { text, notes } = await answered(() => Response.json([{ id: 1, name: 'a' }]), {
      _fields: ['nmae'],
    });
    expect([text, notes]).toEqual(['[{}]', 'None of these "_fields" is there. There are: id, name.']);
  });

  test('is told in parts, without a break in a character', async () => {
    const long = '😀'.repeat(15_000);
    const first = await answered(() => new Response(long));
    expect(first.notes).toBe(
      'Characters 0 to 20000 of 30000. Call again with {"_offset": 20000} for more, or ask for what you need by "_fields".',
    );
    const then = await answered(() => new Response(long), { _offset: 20_000 });
    expect(first.text + then.text).toBe(long);
    expect(then.notes).toBe('Characters 20000 to 30000 of 30000.');
  });

  test('of a change is not asked for again', async () => {
    const { notes } = await answered(() => new Response('x'.repeat(30_000)), {}, {}, 'post');
    expect(notes).toBe('Characters 0 to 20000 of 30000. The rest was cut.');
  });

  test('may be nothing', async () => {
    expect((await answered(() => new Response(null, { status: 204 }))).text).toBe('Done: status 204.');
    const created = new Response(null, { status: 201, headers: { location: '/things/1' } });
    expect((await answered(() => created)).text).toBe('Done: status 201, /things/1.');
  });

  test.each([
    ['image/png', { type: 'image', mimeType: 'image/png', data: 'AP8=' }],
    ['audio/mpeg', { type: 'audio', mimeType: 'audio/mpeg', data: 'AP8=' }],
    [
      'application/zip',
      {
        type: 'resource',
        resource: { uri: 'openapi://pets/get_things', mimeType: 'application/zip', blob: 'AP8=' },
      },
    ],
    [
      'application/octet-stream',
      {
        type: 'resource',
        resource: { uri: 'openapi://pets/get_things', mimeType: 'application/octet-stream', blob: 'AP8=' },
      },
    ],
  ])('of %s is bytes', async (type, content) => {
    const bytes = new Response(new Uint8Array([0, 255]), { headers: { 'content-type': type } });
    expect((await answered(() => bytes)).result.content).toEqual([content]);
  });

  test('of too many bytes is told by its size', async () => {
    const headers = { 'content-type': 'image/png' };
    const { text } = await answered(() => new Response(new Uint8Array(2 ** 21), { headers }));
    expect(text).toBe(
      'The answer is 2097152 bytes of image/png, and more than the 1048576 that are handed on.',
    );
  });

  test('is not read without end', async () => {
    const endless = new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(2 ** 20)) });
    const { text, result } = await answered(() => new Response(endless));
    expect([text, result.isError]).toEqual([expect.stringContaining('is larger than 8388608 bytes'), true]);
    const again = await answered(
      () =>
        new Response(new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(2 ** 20)) })),
      {},
      {},
      'post',
    );
    expect(again.text).toContain('Whether it took effect is unknown');
  });
});

describe('what an API refuses', () => {
  test('is told with its status and its words', async () => {
    const { result, text } = await answered(() => Response.json({ message: 'Bad' }, { status: 422 }));
    expect([result.isError, text]).toEqual([true, 'The API answered with status 422.\n{"message":"Bad"}']);
  });

  test('is cut, and tells how long to wait', async () => {
    const response = new Response('x'.repeat(9000), { status: 503, headers: { 'retry-after': '7' } });
    const { text } = await answered(() => response);
    expect(text).toContain(
      'The API answered with status 503, so it failed itself.\nIt asks to wait: 7.\nxxx',
    );
    expect(text.endsWith('The rest was cut.')).toBe(true);
    expect(text.length).toBeLessThan(4200);
  });

  test.each([
    ['connection_missing', 424, 'at /connect/pets of this gateway; then call again'],
    ['connection_dead', 424, 'has to connect it again at /connect/pets'],
    ['egress_refused', 403, 'Not sent: Because. Whoever runs this gateway says in CONNECTIONS'],
    ['egress_timeout', 504, 'Because.'],
  ])('the gateway refuses in its place: %s', async (code, status, words) => {
    const headers = { 'gatehouse-error': code };
    const problem = () => Response.json({ connection: 'pets', detail: 'Because.' }, { status, headers });
    expect((await answered(problem)).text).toContain(words);
    const isUnknown = (await answered(problem, {}, {}, 'post')).text.includes('effect is unknown');
    expect(isUnknown).toBe(status >= 500);
  });

  test('or cannot be reached', async () => {
    const { text, result } = await answered(() => {
      throw new Error('secret address');
    });
    expect([text, result.isError]).toEqual(['The API could not be reached, or broke off its answer.', true]);
  });
});

describe('the next page', () => {
  const list = (length: number) => Array.from({ length }, (_, id) => id);
  const next = (args: object) =>
    `There may be more: call again with ${JSON.stringify(args)} beside the same arguments.`;

  test.each<[string, string[], Json, () => Response, object | null]>([
    [
      'is what a link says',
      ['page', 'per_page'],
      { page: 1 },
      () =>
        Response.json([], {
          headers: { link: '</things?page=1>; rel="prev", </things?page=2>; rel="next"' },
        }),
      { page: '2' },
    ],
    [
      'is what a link says of a cursor',
      ['after', 'first'],
      {},
      () =>
        Response.json([], { headers: { link: '<https://api.example.com/v1/things?after=Y3>; rel=next' } }),
      { after: 'Y3' },
    ],
    [
      'is what a header says',
      ['page'],
      {},
      () => Response.json([], { headers: { 'x-next-page': '3' } }),
      { page: '3' },
    ],
    ['is after a full page', ['page', 'limit'], { limit: 2 }, () => Response.json(list(2)), { page: 2 }],
    [
      'is after a full page of many',
      ['page', 'limit'],
      { page: 4, limit: 2 },
      () => Response.json({ items: list(2), total: 9 }),
      { page: 5 },
    ],
    [
      'is where an offset ends',
      ['offset', 'limit'],
      { offset: 10, limit: 5 },
      () => Response.json(list(5)),
      { offset: 15 },
    ],
    [
      'has a cursor',
      ['cursor'],
      {},
      () => Response.json({ items: [], next_cursor: 'abc' }),
      { cursor: 'abc' },
    ],
    [
      'has a cursor inside',
      ['pageToken'],
      {},
      () => Response.json({ meta: { nextPageToken: 'abc' } }),
      { pageToken: 'abc' },
    ],
    [
      'is not there after a page that is not full',
      ['page', 'limit'],
      { limit: 3 },
      () => Response.json(list(2)),
      null,
    ],
    ['is not there without a cursor', ['cursor'], {}, () => Response.json({ next_cursor: '' }), null],
    ['is not there where nothing pages', ['q'], {}, () => Response.json(list(100)), null],
    [
      'is not at an address that is none',
      ['page'],
      {},
      () => Response.json([], { headers: { link: '<http://[>; rel="next"' } }),
      null,
    ],
  ])('%s', async (_, names, args, response, expected) => {
    const { notes } = await answered(response, args, paged(...names));
    expect(notes).toBe(expected === null ? '' : next(expected));
  });
});
