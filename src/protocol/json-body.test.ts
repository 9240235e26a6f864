import { expect, test } from 'vitest';
import { concat, utf8 } from '../crypto/bytes.ts';
import { seededRandom } from '../crypto/random.fake.ts';
import { refusal } from '../errors.fake.ts';
import { depthOf, readJsonBody } from './json-body.ts';
import { streamOf } from './stream.fake.ts';

const LIMITS = { maxBytes: 64, maxDepth: 4 };

function posted(body: BodyInit | null, headers: HeadersInit = {}): Request {
  return new Request('https://mcp.example.com/mcp', {
    method: 'POST',
    body,
    headers,
    duplex: 'half',
  } as RequestInit);
}

function postedInChunks(...chunks: readonly Uint8Array[]): Request {
  return posted(streamOf(...chunks));
}

const TOO_LARGE = refusal('body_too_large', 'The body is larger than 64 bytes (setting MAX_BODY_BYTES).');
const TOO_DEEP = refusal('body_too_deep', 'The body nests deeper than 4 levels (setting MAX_JSON_DEPTH).');
const NOT_UTF8 = refusal('body_not_utf8', 'The body is not valid UTF-8.');
const NOT_JSON = refusal('body_not_json', 'The body is not valid JSON.');

test('a body is given as it came and as it reads', async () => {
  expect(await readJsonBody(posted(' {"a": "é"} '), LIMITS)).toEqual({
    text: ' {"a": "é"} ',
    value: { a: 'é' },
  });
});

test('a body of exactly the limit is read, and one byte more is refused', async () => {
  const exact = `"${'x'.repeat(62)}"`;
  expect((await readJsonBody(posted(exact), LIMITS)).text).toBe(exact);
  await expect(readJsonBody(posted(`${exact} `), LIMITS)).rejects.toThrow(TOO_LARGE);
});

test('the limit counts bytes, not characters', async () => {
  await expect(readJsonBody(posted(`"${'é'.repeat(32)}"`), LIMITS)).rejects.toThrow(TOO_LARGE);
});

test('a body that announces too much is refused before it is read', async () => {
  const request = posted('1', { 'content-length': '65' });
  await expect(readJsonBody(request, LIMITS)).rejects.toThrow(TOO_LARGE);
  expect(request.bodyUsed).toBe(false);
});

test('a body that announces little and sends much is cut off, not read to its end', async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent++;
      controller.enqueue(new Uint8Array(32).fill(0x20));
    },
  });
  await expect(readJsonBody(posted(endless, { 'content-length': '1' }), LIMITS)).rejects.toThrow(TOO_LARGE);
  expect(sent).toBeLessThan(6);
});

test('chunks may end inside a character, wherever they end', async () => {
  const bytes = utf8('{"text":"é€😀"}');
  for (let at = 0; at <= bytes.length; at++) {
    const { value } = await readJsonBody(postedInChunks(bytes.subarray(0, at), bytes.subarray(at)), LIMITS);
    expect(value).toEqual({ text: 'é€😀' });
  }
  const single = [...bytes].map(byte => Uint8Array.of(byte));
  expect((await readJsonBody(postedInChunks(...single), LIMITS)).value).toEqual({ text: 'é€😀' });
});

test.each([
  ['a lone continuation byte', [0x22, 0x80, 0x22]],
  ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
  ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ['a character that the end cuts off', [0x22, 0xe2, 0x82]],
  ['UTF-16', [0xff, 0xfe, 0x31, 0x00]],
])('%s is refused as not UTF-8', async (_what, bytes) => {
  const chunks = bytes.map(byte => Uint8Array.of(byte));
  await expect(readJsonBody(postedInChunks(...chunks), LIMITS)).rejects.toThrow(NOT_UTF8);
});

test('one byte order mark is ignored, as RFC 8259 section 8.1 allows; a second is not JSON', async () => {
  const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
  expect(await readJsonBody(postedInChunks(mark, utf8('[1]')), LIMITS)).toEqual({ text: '[1]', value: [1] });
  await expect(readJsonBody(postedInChunks(concat(mark, mark, utf8('1'))), LIMITS)).rejects.toThrow(NOT_JSON);
});

test.each(['', ' ', '{', '{"a":1,}', "{'a':1}", 'NaN', '1 2', '"\n"', 'undefined', ']]]]'])(
  '%j is refused as not JSON',
  async text => {
    await expect(readJsonBody(posted(text), LIMITS)).rejects.toThrow(NOT_JSON);
  },
);

test('no body at all is not JSON', async () => {
  await expect(readJsonBody(posted(null), LIMITS)).rejects.toThrow(NOT_JSON);
});

test('a body of exactly the depth is read, and one level more is refused', async () => {
  expect((await readJsonBody(posted('[{"a":[{}]}]'), LIMITS)).value).toEqual([{ a: [{}] }]);
  await expect(readJsonBody(posted('[{"a":[{"b":[]}]}]'), LIMITS)).rejects.toThrow(TOO_DEEP);
});

test('a body too deep is refused as such even where it never ends', async () => {
  await expect(readJsonBody(posted('['.repeat(60)), LIMITS)).rejects.toThrow(TOO_DEEP);
});

test.each([
  ['1', 0],
  ['[]', 1],
  ['[[],[]]', 2],
  ['{"a":[{}]}', 3],
  ['"[[[["', 0],
  ['["\\"[[["]', 1],
  ['["\\\\",["\\\\\\"["]]', 2],
  ['["\\u005b[["]', 1],
  ['{"[":"{"}', 1],
])('the depth of %s is %i', (text, depth) => {
  expect(depthOf(text)).toBe(depth);
});

test('the depth measured on the text is that of the value', () => {
  const random = seededRandom();
  const nested = (levels: number): unknown =>
    levels === 0
      ? random.text(6)
      : random.below(2) === 0
        ? [nested(levels - 1), random.text(3)]
        : { [random.text(3)]: nested(levels - 1) };
  for (let i = 0; i < 300; i++) {
    const levels = random.below(9);
    expect(depthOf(JSON.stringify(nested(levels)))).toBe(levels);
  }
});
