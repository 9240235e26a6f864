import { createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import type { About } from './about.ts';
import { isPlainTools, type PlainTools, plainToolsFactory } from './plain-tools.ts';

/** What a main module exports, ready to serve. */
export interface Served {
  fetch(request: Request, env: unknown, context: unknown): Promise<Response>;
  /** Does once what each call begins with, to see whether it can. */
  begin(): Promise<void>;
}

/** A handler as Workers have it, and as `createMcpHandler` makes it. */
interface FetchHandler {
  fetch(request: Request, env: unknown, context: unknown): Response | Promise<Response>;
}

const SHAPES =
  'a function that returns an McpServer, an object with a "fetch" handler (such as createMcpHandler makes), ' +
  'or an object with "tools"';

/**
 * Tells the shapes of a default export apart.
 * @throws TypeError naming the shapes that there are.
 */
export function servedOf(exported: unknown, about: About): Served {
  if (isFactory(exported)) return factoryServed(exported);
  if (isFetchHandler(exported)) return fetchServed(exported);
  if (isPlainTools(exported)) return plainServed(exported, about);
  throw new TypeError(`The main module must default-export ${SHAPES}; it exports ${named(exported)}.`);
}

function factoryServed(factory: McpServerFactory): Served {
  const checked: McpServerFactory = async context => requireServer(await factory(context));
  const { fetch } = createMcpHandler(checked, { legacy: 'reject' });
  return {
    fetch: request => fetch(request),
    begin: async () => void (await checked({ era: 'modern' })),
  };
}

function plainServed(exported: PlainTools, about: About): Served {
  return factoryServed(plainToolsFactory(exported, about));
}

function fetchServed(handler: FetchHandler): Served {
  return {
    fetch: async (request, env, context) => handler.fetch(request, env, context),
    begin: async () => {},
  };
}

function isFactory(exported: unknown): exported is McpServerFactory {
  return typeof exported === 'function' && !isClass(exported);
}

function isClass(exported: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(exported));
}

function isFetchHandler(exported: unknown): exported is FetchHandler {
  return isObject(exported) && typeof exported.fetch === 'function';
}

/** Code that brings an SDK of its own has another class `McpServer`, so it is told by what it can do. */
function requireServer<Server>(server: Server): Server {
  if (isObject(server) && typeof server.connect === 'function') return server;
  throw new TypeError(`The factory must return an McpServer; it returns ${named(server)}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function named(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'function') return isClass(value) ? 'a class' : 'a function';
  return typeof value === 'object' ? `an object with ${keysOf(value)}` : `a ${typeof value}`;
}

function keysOf(value: object): string {
  const keys = Object.keys(value)
    .slice(0, 10)
    .map(key => `"${key}"`);
  return keys.join(', ') || 'nothing in it';
}
