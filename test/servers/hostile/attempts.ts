import { allTextIn } from './everything-in.ts';

/** What the runtime has handed to the isolate, with the call that runs. */
export interface Surroundings {
  readonly env: object;
  readonly context: object;
  readonly headers: readonly (readonly [string, string])[];
  readonly url: string;
}

/** What a caller gives to an attempt; each attempt knows what it needs. */
// biome-ignore lint/suspicious/noExplicitAny: it comes as JSON, and nothing is promised
export type Given = Record<string, any>;

type Attempt = (given: Given, surroundings: Surroundings, signal: AbortSignal) => unknown;

const memory = globalThis as unknown as Record<string, unknown>;

/** All that is tried, by name. What an attempt returns is what tool code could see. */
export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  async fetch({ url, ...init }) {
    return seen(await fetch(url, init));
  },
  async readSlowly({ url }) {
    const response = await fetch(url);
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    return first;
  },
  async fetchUntilCancelled({ url, passSignal }, _, signal) {
    return seen(await fetch(url, passSignal ? { signal } : {}));
  },
  async bodyInPieces({ url, pieces, isEndless }) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const write = async () => {
      for (let sent = 0; sent < Number(pieces) || isEndless; sent += 1)
        await writer.write(new Uint8Array(65_536));
      await writer.close();
    };
    const writing = write().catch(String);
    const response = await seen(await fetch(url, { method: 'POST', body: readable }));
    return { response, writing: isEndless ? null : await writing };
  },
  async socket({ host, port }) {
    const { connect } = await import('cloudflare:sockets');
    const socket = connect({ hostname: host, port });
    await socket.writable.getWriter().write(new TextEncoder().encode('GET / HTTP/1.0\r\n\r\n'));
    return await socket.opened;
  },
  async nodeSocket({ host, port }) {
    const name = 'node:net';
    const { connect } = (await import(name)) as typeof import('node:net');
    const socket = connect(port, host);
    return new Promise((done, failed) => socket.once('connect', () => done('open')).once('error', failed));
  },
  async nodeHttp({ host, port }) {
    const name = 'node:http';
    const { get } = (await import(name)) as typeof import('node:http');
    return new Promise((done, failed) =>
      get({ host, port }, ({ statusCode }) => done(statusCode)).once('error', failed),
    );
  },
  async dns({ how, name }) {
    const module = 'node:dns/promises';
    const dns = (await import(module)) as Record<string, (name: string) => Promise<unknown>>;
    return await dns[how]?.(name);
  },
  async stateSocket({ host, port }, { env }) {
    const { STATE } = env as { STATE: Fetcher };
    return await STATE.connect({ hostname: host, port }).opened;
  },
  async stateFetch({ url }, { env }) {
    return seen(await (env as { STATE: Fetcher }).STATE.fetch(url));
  },
  module: async ({ name }) => Object.keys(await import(name)),
  async workersModule() {
    const name = 'cloudflare:workers';
    const { env, exports, ...rest } = await import(name);
    return { env: allTextIn(env), exports: Object.keys(exports ?? {}), names: Object.keys(rest) };
  },
  webSocket: ({ url }) =>
    new Promise((done, failed) => {
      const socket = new WebSocket(url);
      socket.addEventListener('open', () => done('open'));
      socket.addEventListener('error', event => failed(new Error(`error: ${(event as ErrorEvent).message}`)));
      socket.addEventListener('close', () => failed(new Error('closed')));
    }),
  async upgrade({ url }) {
    const response = await fetch(url, { headers: { upgrade: 'websocket' } });
    return { socket: response.webSocket !== null, ...(await seen(response)) };
  },
  eventSource: ({ url }) =>
    new Promise((done, failed) => {
      const source = new EventSource(url);
      source.onmessage = (event: MessageEvent) => done(event.data);
      source.onerror = () => failed(new Error('error'));
    }),
  beacon: ({ url }) => (navigator as unknown as { sendBeacon(url: string): boolean }).sendBeacon(url),
  async cache({ url, name }) {
    const cache = name === undefined ? caches.default : await caches.open(name);
    await cache.put(url, new Response('planted', { headers: { 'cache-control': 'max-age=60' } }));
    return (await cache.match(url))?.text();
  },
  // biome-ignore lint/security/noGlobalEval: this is what must not work
  eval: () => globalThis.eval('1 + 1'),
  makeFunction: () => new Function('return 1')(),
  compile: async () =>
    Object.keys(await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
  header: ({ name, value }) => [...new Headers({ [name]: value })],
  surroundings: (_, { env, context, headers, url }) => ({
    env: Object.keys(env),
    envText: allTextIn(env),
    context: allTextIn(context),
    headers,
    url,
    global: allTextIn(globalThis),
    process: allTextIn((memory.process as { env?: object } | undefined)?.env ?? {}),
  }),
  remember({ text }) {
    const before = [
      memory.planted,
      ({} as Record<string, unknown>).planted,
      ([] as unknown as typeof memory).planted,
    ];
    memory.planted = text;
    Object.defineProperty(Object.prototype, 'planted', { value: text, configurable: true, writable: true });
    Object.defineProperty(Array.prototype, 'planted', { value: text, configurable: true, writable: true });
    return before;
  },
  async listenIn({ url }) {
    const heard: string[] = [];
    const platformFetch = globalThis.fetch;
    const platformGet = Headers.prototype.get;
    globalThis.fetch = (async (...asked: Parameters<typeof fetch>) => {
      heard.push(String(asked[0]));
      return platformFetch(...asked);
    }) as typeof fetch;
    Headers.prototype.get = function (name) {
      const value = platformGet.call(this, name);
      heard.push(`${name}: ${value}`);
      return value;
    };
    try {
      return { response: await seen(await fetch(url)), heard };
    } finally {
      globalThis.fetch = platformFetch;
      Headers.prototype.get = platformGet;
    }
  },
};

/** All of a response. */
async function seen(response: Response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  return {
    status: response.status,
    statusText: response.statusText,
    url: response.url,
    isRedirected: response.redirected,
    headers: Object.fromEntries(response.headers),
    cookies: response.headers.getSetCookie(),
    cf: response.cf ?? null,
    // A character for each byte, so that nothing is lost.
    body:
      bytes.length > 100_000
        ? `${bytes.length} bytes`
        : Array.from(bytes, byte => String.fromCharCode(byte)).join(''),
  };
}
