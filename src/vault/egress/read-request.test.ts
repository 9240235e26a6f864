import { expect, test } from 'vitest';
import { refusal } from '../../errors.fake.ts';
import { readRequest } from './read-request.ts';

const API = 'https://api.tracker.example/items?a=b';
const { signal } = new AbortController();

/** A body in pieces, which may never end. */
function bodyOf(pieces: readonly string[], isEndless = false) {
  const state = { isCancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      if (!isEndless) controller.close();
    },
    cancel() {
      state.isCancelled = true;
    },
  });
  const request = new Request(API, { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
  return { request, state };
}

test('is address, method, open headers and the whole body', async () => {
  const headers = { 'content-type': 'text/plain', cookie: 'a=b', 'x-other': 'c' };
  const request = new Request(`${API}#part`, { method: 'POST', headers, body: 'text' });
  const { url, method, headers: said, body } = await readRequest(request, 4, signal);
  expect([url.href, method, new TextDecoder().decode(body ?? undefined)]).toEqual([API, 'POST', 'text']);
  expect([...said.keys()].sort()).toEqual(['accept-encoding', 'content-type', 'user-agent']);
});

test('has no body where there is none', async () => {
  expect((await readRequest(new Request(API), 4, signal)).body).toBeNull();
});

test('a body above the limit is not read on', async () => {
  const { request, state } = bodyOf(['abc', 'de', 'f'], true);
  await expect(readRequest(request, 4, signal)).rejects.toThrow(
    refusal('egress_request_too_large', /larger than EGRESS_MAX_REQUEST_BYTES \(4 bytes\)/),
  );
  expect(state.isCancelled).toBe(true);
});

test('a body that does not end is read until the exchange ends', async () => {
  const { request, state } = bodyOf(['a'], true);
  const ending = new AbortController();
  const reading = readRequest(request, 4, ending.signal);
  ending.abort(new Error('too slow'));
  await expect(reading).rejects.toThrow('too slow');
  expect(state.isCancelled).toBe(true);
});

test.each(['websocket', 'h2c', ''])('an upgrade to "%s" is refused', async upgrade => {
  const request = new Request(API);
  const headers = new Headers({ upgrade });
  const asked = new Proxy(request, {
    get: (of, key) => (key === 'headers' ? headers : Reflect.get(of, key)),
  });
  await expect(readRequest(asked, 4, signal)).rejects.toThrow(refusal('egress_refused', /no WebSockets/));
});
