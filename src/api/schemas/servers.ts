import * as z from 'zod';
import {
  anyObject,
  COUNT,
  FLAG,
  listOf,
  NEXT,
  record,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
} from './shorthand.ts';

const SERVER = {
  name: TEXT.describe('Its endpoint is `/mcp/<name>`.'),
  kind: z.enum(['hosted', 'remote', 'openapi', 'code', 'virtual']),
  title: TEXT,
  description: TEXT,
  connections: listOf(TEXT).describe('The ids of the connections that its tools may use.'),
  isSetUp: FLAG.describe(
    'False for a server of the monorepo that is not offered, since none of its connections is set up.',
  ),
  isEnabled: FLAG,
  version: COUNT.describe('The version in use; 0 where nobody has changed a server of the monorepo.'),
  author: TEXT_OR_NULL.describe('The subject of whoever saved it.'),
  reason: TEXT_OR_NULL,
  savedAt: TIME_OR_NULL,
};

const DOCUMENT = anyObject('As `createServer` takes it, see docs/servers.md.');

/** What is said to whoever saves something. */
export const NOTES = listOf(TEXT).describe(
  'What whoever saves it should know, such as operations that are no tools.',
);

const SERVER_VERSION = record({
  version: COUNT,
  isInUse: FLAG,
  author: TEXT,
  reason: TEXT,
  savedAt: TIME,
  notes: NOTES,
  document: DOCUMENT,
});

const SHOWN_TOOL = record({
  server: TEXT,
  name: TEXT.describe("The server's own name of it."),
  shownAs: TEXT_OR_NULL.describe('Its name at the endpoint; null where it is hidden.'),
  definition: anyObject('As MCP, revision 2026-07-28, defines tools.'),
});

const IMPORTED = record({
  name: TEXT,
  outcome: z.enum(['created', 'updated', 'unchanged', 'failed']),
  becomes: z.enum(['enabled', 'disabled']).nullable(),
  error: record({ code: TEXT, message: TEXT }).nullable(),
});

const PIN = record({
  id: TEXT,
  server: TEXT,
  kind: z.enum(['tools', 'prompts', 'resourceTemplates', 'instructions']),
  name: TEXT,
  state: z.enum(['waiting', 'approved', 'refused']),
  isNew: FLAG.describe('False where another form of it was approved, which `changes` compares with.'),
  flaw: TEXT_OR_NULL.describe('Why it cannot be shown to agents even where it is approved.'),
  foundAt: TIME,
  decidedAt: TIME_OR_NULL.describe('Null where it waits, and where it was among the first of its server.'),
  decidedBy: TEXT_OR_NULL.describe('The subject of whoever decided.'),
  changes: listOf(
    record(
      { member: TEXT.describe('A JSON Pointer (RFC 6901).'), old: TEXT_OR_NULL, now: TEXT_OR_NULL },
      'Invisible characters are written out, such as `\\u{202e}`.',
    ),
  ),
});

/** The catalog: servers, their versions, and what of remote ones is pinned. */
export const SERVER_SCHEMAS = {
  Servers: record({ servers: listOf(record(SERVER)) }),
  Server: record({ ...SERVER, document: DOCUMENT }),
  ServerVersions: record({ versions: listOf(SERVER_VERSION) }),
  ServerDefinitions: record({
    tools: listOf(SHOWN_TOOL),
    prompts: listOf(z.looseObject({})),
    resourceTemplates: listOf(z.looseObject({})),
    unknown: listOf(TEXT).describe('The servers behind it of which it is not known.'),
  }),
  Catalog: record({ format: TEXT, servers: listOf(DOCUMENT), disabled: listOf(TEXT) }),
  Imported: record({
    isDryRun: FLAG.describe('Then nothing was changed.'),
    servers: listOf(IMPORTED),
  }),
  Saved: record({
    name: TEXT,
    version: COUNT.describe('The version that is in use now.'),
    notes: NOTES,
  }),
  Pins: record({ pins: listOf(PIN), next: NEXT }),
};
