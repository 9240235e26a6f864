import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { PIXEL_PNG } from '../../../../src/servers/everything/content.ts';
import type { Count } from './slow-tools.ts';

const SUGGESTIONS = ['tea', 'test', 'text', 'textile'];
const GREETINGS = new Map([
  ['german', 'Hallo, Welt!'],
  ['greek', 'Γειά σου Κόσμε!'],
  ['spanish', '¡Hola, mundo!'],
]);

/** The address of the one resource whose text can be changed. */
export const WATCHED_URI = 'test://watched-resource';

/** What the sessions of one peer have in common. */
export interface World {
  watched: string;
  readonly count: Count;
}

/** Registers prompts, one of them with arguments that complete. */
export function registerPrompts(server: McpServer): void {
  const suggested = () =>
    completable(z.string(), typed => SUGGESTIONS.filter(word => word.startsWith(typed)));
  server.registerPrompt('test_simple_prompt', { description: 'Without arguments.' }, () =>
    userSays('This is a simple prompt for testing.'),
  );
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'Made from two arguments.', argsSchema: { arg1: suggested(), arg2: suggested() } },
    ({ arg1, arg2 }) => userSays(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`),
  );
}

/** Registers resources: fixed text and bytes, one that can be watched, the latest count, and a template that completes. */
export function registerResources(server: McpServer, world: World): void {
  const text = (name: string, uri: string, mimeType: string, read: () => string) =>
    server.registerResource(name, uri, { mimeType }, () => ({ contents: [{ uri, mimeType, text: read() }] }));
  text(
    'static-text',
    'test://static-text',
    'text/plain',
    () => 'This is the content of the static text resource.',
  );
  text('watched-resource', WATCHED_URI, 'text/plain', () => world.watched);
  text('latest-count', 'everything://latest-count', 'application/json', () => JSON.stringify(world.count));
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { mimeType: 'image/png' },
    ({ href: uri }) => ({
      contents: [{ uri, mimeType: 'image/png', blob: PIXEL_PNG }],
    }),
  );
  server.registerResource(
    'greeting',
    new ResourceTemplate('everything://greetings/{language}', {
      list: undefined,
      complete: { language: typed => [...GREETINGS.keys()].filter(name => name.startsWith(typed)) },
    }),
    { mimeType: 'text/plain' },
    ({ href: uri }, { language }) => {
      const greeting = GREETINGS.get(String(language));
      // The code of the 2025 revisions, which no client of 2026-07-28 may be shown.
      if (greeting === undefined) throw new McpError(-32002 as ErrorCode, 'Resource not found', { uri });
      return { contents: [{ uri, mimeType: 'text/plain', text: greeting }] };
    },
  );
}

function userSays(text: string) {
  return { messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] };
}
