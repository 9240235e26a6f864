import { env } from 'cloudflare:workers';

const tries = {
  fetch: async ({ url }) => (await fetch(url)).status,
  connection: async ({ url }) => (await fetch(url)).text(),
  socket: async ({ url }) => (await import('cloudflare:sockets')).connect(new URL(url).host).opened,
  nodeFiles: () => import('node:fs'),
  // biome-ignore lint/security/noGlobalEval: this is what must not work
  eval: () => globalThis.eval('1 + 1'),
  makeFunction: () => new Function('return 1')(),
  cache: ({ url }) => caches.default.match(url),
  ours: async () => Object.keys(await import('@gatehouse/code.js')),
  env: () => Object.keys(env),
  put: ({ text }) => env.STATE.put('key', text),
  get: () => env.STATE.get('key'),
  remember: ({ text }) => {
    const before = [globalThis.planted ?? null, [].planted ?? null];
    globalThis.planted = text;
    Object.defineProperty(Object.prototype, 'planted', { value: text, configurable: true });
    Object.defineProperty(Array.prototype, 'planted', { value: text, configurable: true });
    return before;
  },
  // Whatever goes through the members of an object now finds one more.
  poison: () => {
    Object.prototype.poison = 'everywhere';
  },
  hang: () => new Promise(done => setTimeout(done, 60_000)),
  flood: () => 'x'.repeat(10_000_000),
  circle: () => {
    const circle = {};
    circle.circle = circle;
    return circle;
  },
  throwNothing: () => {
    throw undefined;
  },
};

/** Tool code without scruples: `attempt` does what a caller names. */
export default {
  tools: {
    attempt: {
      description: 'Tries something that must not work.',
      inputSchema: { type: 'object', properties: { what: { type: 'string' }, with: { type: 'object' } } },
      handler: async ({ what, with: given = {} }) => {
        if (['hang', 'flood', 'circle', 'throwNothing'].includes(what)) return tries[what](given);
        try {
          return { done: (await tries[what](given)) ?? null };
        } catch (error) {
          return { failed: String(error) };
        }
      },
    },
  },
};
