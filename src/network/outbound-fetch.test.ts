import { afterEach, expect, test, vi } from 'vitest';
import { refusal } from '../errors.fake.ts';

const platform = vi.spyOn(globalThis, 'fetch');
const { guardGlobalFetch, operatorFetch, publicFetch } = await import('./outbound-fetch.ts');

afterEach(() => {
  platform.mockReset();
});

const redirect = () => new Response(null, { status: 302, headers: { location: 'http://10.0.0.1/' } });

test('a redirect is handed back, whatever the caller asked for', async () => {
  platform.mockImplementation(async () => redirect());
  for (const init of [undefined, { redirect: 'follow' }, { redirect: 'error' }] as const) {
    expect((await publicFetch('https://app.example/', init)).status).toBe(302);
  }
  expect(platform.mock.calls.map(([, init]) => init?.redirect)).toEqual(Array(3).fill('manual'));
});

test.each([
  ['text', 'https://10.0.0.1/'],
  ['a URL', new URL('https://localhost/')],
  ['a request', new Request('https://[::1]/')],
])('nothing is sent to a host that is not public (%s)', async (_kind, input) => {
  await expect(publicFetch(input as never)).rejects.toThrow(
    refusal('host_not_public', /not on the public internet/),
  );
  expect(platform).not.toHaveBeenCalled();
});

test('what is no URL is refused too', async () => {
  await expect(publicFetch('/client.json')).rejects.toThrow(TypeError);
  expect(platform).not.toHaveBeenCalled();
});

test('the rest of a request goes out as it is', async () => {
  platform.mockImplementation(async () => new Response('ok'));
  const { signal } = new AbortController();
  await publicFetch('https://app.example/', { method: 'POST', body: 'x', signal });
  expect(platform).toHaveBeenCalledWith('https://app.example/', {
    method: 'POST',
    body: 'x',
    signal,
    redirect: 'manual',
  });
});

test('with the guard up, the global fetch is the public one, and what the operator chose is still reached', async () => {
  const before = globalThis.fetch;
  try {
    guardGlobalFetch();
    platform.mockImplementation(async () => new Response('ok'));
    await expect(fetch('http://127.0.0.1/')).rejects.toThrow(refusal('host_not_public', /127\.0\.0\.1/));
    expect((await operatorFetch('http://127.0.0.1/')).status).toBe(200);
  } finally {
    globalThis.fetch = before;
  }
});
