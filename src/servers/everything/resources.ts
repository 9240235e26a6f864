import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import { PIXEL_PNG } from './content.ts';
import { LATEST_COUNT_URI, latestCount } from './latest-count.ts';
import { WATCHED_URI, watchedText } from './watched.ts';

const FIXED = { ttlMs: 300_000, cacheScope: 'public' } as const;
const CHANGING = { ttlMs: 0, cacheScope: 'private' } as const;

const GREETINGS = new Map([
  ['danish', 'Goddag, verden!'],
  ['dutch', 'Hallo, wereld!'],
  ['english', 'Hello, world!'],
  ['french', 'Bonjour, le monde !'],
  ['german', 'Hallo, Welt!'],
  ['greek', 'Γειά σου Κόσμε!'],
  ['spanish', '¡Hola, mundo!'],
]);

/** Registers the resources: fixed text and bytes, one that can be watched, the latest count, and two templates. */
export function registerResources(server: McpServer): void {
  registerFixed(server);
  registerWatched(server);
  registerLatestCount(server);
  registerTemplates(server);
}

function registerFixed(server: McpServer): void {
  server.registerResource(
    'static-text',
    'test://static-text',
    {
      title: 'Static text',
      description: 'Text that never changes.',
      mimeType: 'text/plain',
      cacheHint: FIXED,
    },
    ({ href: uri }) => ({
      contents: [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
    }),
  );
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { title: 'Static image', description: 'A one-pixel image.', mimeType: 'image/png', cacheHint: FIXED },
    ({ href: uri }) => ({ contents: [{ uri, mimeType: 'image/png', blob: PIXEL_PNG }] }),
  );
}

function registerWatched(server: McpServer): void {
  server.registerResource(
    'watched-resource',
    WATCHED_URI,
    {
      title: 'Watched text',
      description: 'Subscribe to it, then change it with the tool set_watched_text.',
      mimeType: 'text/plain',
      cacheHint: CHANGING,
    },
    ({ href: uri }) => ({ contents: [{ uri, mimeType: 'text/plain', text: watchedText() }] }),
  );
}

function registerLatestCount(server: McpServer): void {
  server.registerResource(
    'latest-count',
    LATEST_COUNT_URI,
    {
      title: 'Latest count',
      description: 'How far the latest slow_count has come, and whether it still counts.',
      mimeType: 'application/json',
      cacheHint: CHANGING,
    },
    ({ href: uri }) => ({
      contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(latestCount()) }],
    }),
  );
}

function registerTemplates(server: McpServer): void {
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    {
      title: 'Any record',
      description: 'JSON made from its id.',
      mimeType: 'application/json',
      cacheHint: FIXED,
    },
    ({ href: uri }, { id }) => ({
      contents: [
        {
          uri,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );
  server.registerResource(
    'greeting',
    new ResourceTemplate('everything://greetings/{language}', {
      list: undefined,
      complete: { language: typed => [...GREETINGS.keys()].filter(name => name.startsWith(typed)) },
    }),
    {
      title: 'Greeting',
      description: 'A greeting in one of a few languages; the language completes.',
      mimeType: 'text/plain',
      cacheHint: FIXED,
    },
    ({ href: uri }, { language }) => {
      const text = GREETINGS.get(String(language));
      if (text === undefined) throw new ResourceNotFoundError(uri);
      return { contents: [{ uri, mimeType: 'text/plain', text }] };
    },
  );
}
