import { deflateSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { refusal } from '../../errors.fake.ts';
import { toolResponse } from './answer.ts';

const SECRET = 'gho_16C7e42F292c6912E7710c838347Ae178B4a';
const hand = (response: Response, maxBytes = 1000, onEnd = () => {}) =>
  toolResponse(response, [SECRET], { maxBytes, onEnd, protocol: 'http' });

test('has the status and the body, without the secret and without the words of the status', async () => {
  const response = hand(new Response(`{"you said":"${SECRET}"}`, { status: 418, statusText: SECRET }));
  expect([response.status, response.statusText]).toEqual([418, '']);
  expect(await response.text()).toBe('{"you said":"[redacted]"}');
});

test('comes as it comes, piece by piece', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const reader = hand(new Response(readable)).body?.getReader();
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    void writer.write(new TextEncoder().encode(event));
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(event);
  }
  void writer.close();
  expect((await reader?.read())?.done).toBe(true);
});

test('is redacted where the secret is cut', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const text = hand(new Response(readable)).text();
  const writer = writable.getWriter();
  for (const byte of new TextEncoder().encode(`<${SECRET}>`)) await writer.write(new Uint8Array([byte]));
  await writer.close();
  expect(await text).toBe('<[redacted]>');
});

test.each([204, 205, 304])('%i has no body', async status => {
  const onEnd = vi.fn();
  const response = hand(new Response(null, { status, headers: { etag: '"1"' } }), 1000, onEnd);
  expect([response.status, response.body, response.headers.get('etag')]).toEqual([status, null, '"1"']);
  expect(onEnd).toHaveBeenCalledOnce();
});

test('an answer to HEAD has headers alone, however long its body would be', () => {
  const headers = { 'content-length': '5000', 'content-type': 'text/plain' };
  expect(hand(new Response(null, { headers })).headers.get('content-type')).toBe('text/plain');
});

test.each([0, 199, 600, 999])('a status of %i is none', status => {
  const odd = new Proxy(new Response('x'), {
    get: (of, key) => (key === 'status' ? status : Reflect.get(of, key, of)),
  });
  expect(() => hand(odd)).toThrow(refusal('egress_failed', /status of its answer is none/));
});

test('deflate is undone, and counts as what it becomes', async () => {
  const deflated = (text: string) =>
    new Response(deflateSync(text), { headers: { 'content-encoding': 'deflate' } });
  expect(await hand(deflated(`<${SECRET}>`)).text()).toBe('<[redacted]>');
  await expect(hand(deflated('x'.repeat(1001))).text()).rejects.toThrow(
    refusal('egress_response_too_large', /EGRESS_MAX_RESPONSE_BYTES \(1000 bytes\)/),
  );
});

test.each(['zstd', 'compress', 'gzip, gzip', 'x-gzip', 'GZIP', 'aes128gcm'])(
  'an encoding that nothing undoes is refused (%s)',
  encoding => {
    const response = new Response('x', { headers: { 'content-encoding': encoding } });
    expect(() => hand(response)).toThrow(refusal('egress_failed', /must be plain, gzip, br or deflate/));
  },
);

test('the limit holds by what is said and by what comes, and what is at it passes', async () => {
  const said = new Response('x', { headers: { 'content-length': '1001' } });
  expect(() => hand(said)).toThrow(refusal('egress_response_too_large', /larger than/));
  await expect(hand(new Response('x'.repeat(1001))).text()).rejects.toThrow(
    refusal('egress_response_too_large', /larger than/),
  );
  expect(await hand(new Response('x'.repeat(1000))).text()).toHaveLength(1000);
});

test('says when it was read to its end', async () => {
  const onEnd = vi.fn();
  const response = hand(new Response('text'), 1000, onEnd);
  expect(onEnd).not.toHaveBeenCalled();
  await response.text();
  expect(onEnd).toHaveBeenCalledOnce();
});

test('a stream of a remote MCP server is limited by its connector, everything else of it as usual', async () => {
  const onEnd = vi.fn();
  const handMcp = (type: string) =>
    toolResponse(new Response('x'.repeat(1001), { headers: { 'content-type': type } }), [SECRET], {
      maxBytes: 1000,
      protocol: 'mcp',
      onEnd,
    });
  expect(await handMcp('text/event-stream; charset=utf-8').text()).toHaveLength(1001);
  await expect(handMcp('application/json').text()).rejects.toThrow(
    refusal('egress_response_too_large', /larger/),
  );
  expect(onEnd).toHaveBeenCalled();
});
