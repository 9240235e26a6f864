import { env, exports } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { Env } from '../env.ts';
import { ADA } from '../principal.fake.ts';
import { type CapabilityExports, type IsolateCode, isolateFor } from './isolate.ts';

/** Tool code that tries what it is told to, and says how it went. */
const HOSTILE = `
  globalThis.visits = (globalThis.visits ?? 0) + 1;
  const tries = {
    fetch: () => fetch('https://example.com/'),
    loopback: () => fetch('http://127.0.0.1/'),
    socket: async () => (await import('cloudflare:sockets')).connect('example.com:80').opened,
    webSocket: () => fetch('https://example.com/', { headers: { upgrade: 'websocket' } }),
    nodeSocket: async () => {
      const socket = (await import('node:net')).connect(80, 'example.com');
      return new Promise((done, failed) => socket.once('connect', done).once('error', failed));
    },
    nodeFiles: () => import('node:fs'),
    cache: () => caches.default.match('https://example.com/'),
    eval: async () => eval('1 + 1'),
    function: async () => new Function('return 1')(),
    bindings: async env => Object.keys(env),
    workersEnv: async () => Object.keys((await import('cloudflare:workers')).env),
    process: async () => Object.keys(globalThis.process?.env ?? {}),
    remember: async (_env, request) => (globalThis.secret ??= request.headers.get('x-secret')),
    store: (env, request) => env.STATE.put('key', request.headers.get('x-secret')),
    storeObject: env => env.STATE.put('key', { toString: () => '' , data: 'x'.repeat(100000) }),
    load: env => env.STATE.get('key'),
  };
  export default {
    async fetch(request, env) {
      const name = new URL(request.url).pathname.slice(1);
      try {
        return Response.json({ done: (await tries[name](env, request)) ?? null });
      } catch (error) {
        return Response.json({ failed: error.message });
      }
    },
  };
`;

function code(change: Partial<IsolateCode> = {}): IsolateCode {
  return {
    name: 'hostile',
    codeHash: 'hash',
    isolation: 'user',
    capabilities: [],
    settings: {},
    connections: [],
    mainModule: 'main.js',
    modules: async () => ({ 'main.js': HOSTILE }),
    ...change,
  };
}

async function run(
  what: string,
  isolate = code(),
  subject = 'ada',
  secret = '',
): Promise<Record<string, unknown>> {
  const caller = { principal: { ...ADA, subject }, objectName: `session of ${subject}` };
  const stub = isolateFor(env as unknown as Env, exports as unknown as CapabilityExports, isolate, caller);
  return (await stub.fetch(`http://isolate.invalid/${what}`, { headers: { 'x-secret': secret } })).json();
}

describe('tool code in its isolate', () => {
  test.each(['fetch', 'loopback', 'socket', 'webSocket', 'nodeSocket'])(
    'has no network by %s',
    async what => {
      expect(await run(what)).toEqual({
        failed: expect.stringContaining('not permitted to access the internet'),
      });
    },
  );

  test.each([
    ['nodeFiles', 'No such module "node:fs"'],
    ['eval', 'Code generation from strings disallowed'],
    ['function', 'Code generation from strings disallowed'],
  ])('fails at %s', async (what, message) => {
    expect(await run(what)).toEqual({ failed: expect.stringContaining(message) });
  });

  test.each(['bindings', 'workersEnv', 'process'])('finds nothing of ours in %s', async what => {
    expect(await run(what)).toEqual({ done: [] });
  });

  test('finds nothing of ours in the cache', async () => {
    expect(Object.keys(await run('cache'))).toEqual(['failed']);
  });

  test("keeps globalThis within its user, and does not see another's", async () => {
    expect(await run('remember', code(), 'ada', 'of ada')).toEqual({ done: 'of ada' });
    expect(await run('remember', code(), 'ada', 'later')).toEqual({ done: 'of ada' });
    expect(await run('remember', code(), 'eve', 'of eve')).toEqual({ done: 'of eve' });
  });

  test('starts afresh when its code changes', async () => {
    await run('remember', code(), 'bob', 'first');
    expect(await run('remember', code({ codeHash: 'other' }), 'bob', 'second')).toEqual({ done: 'second' });
  });
});

describe('the state capability', () => {
  const stateful = code({ name: 'stateful', capabilities: ['state'] });

  test("reaches its own user's values of its own server, and no other's", async () => {
    expect(await run('store', stateful, 'ada', 'of ada')).toEqual({ done: { ok: true } });
    expect(await run('load', stateful, 'ada')).toEqual({ done: 'of ada' });
    expect(await run('load', stateful, 'eve')).toEqual({ done: null });
    expect(await run('load', { ...stateful, name: 'another' }, 'ada')).toEqual({ done: null });
  });

  test('refuses values that are not text, which no limit would measure', async () => {
    expect(await run('storeObject', stateful, 'ada')).toEqual({ failed: expect.any(String) });
    expect(await run('load', stateful, 'ada')).toEqual({ done: 'of ada' });
  });
});
