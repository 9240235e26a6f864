import * as z from 'zod';
import {
  FLAG,
  listOf,
  NEXT,
  ROLE,
  record,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  URL_TEXT,
} from './shorthand.ts';

const CLIENT_LABEL = record({ name: TEXT, version: TEXT }, 'What the client said of itself when it began.');

/** One open session. */
export const SESSION = record({
  id: TEXT,
  revision: TEXT.describe('The revision of MCP that it speaks.'),
  client: CLIENT_LABEL.nullable().describe('Null for stateless requests (2026-07-28) with open streams.'),
  openedAt: TIME,
  lastUsedAt: TIME.describe('Exact to a minute.'),
});

/** A client by its id and its name. */
export const CLIENT = {
  id: TEXT,
  name: TEXT_OR_NULL.describe('What the client calls itself; not verified.'),
};

const CONNECTION = record({
  id: TEXT,
  client: record(CLIENT),
  resource: URL_TEXT.describe('What its tokens are for (RFC 8707).'),
  servers: listOf(TEXT).describe('The servers it can reach.'),
  scopes: listOf(TEXT),
  connectedAt: TIME,
  lastUsedAt: TIME_OR_NULL.describe('Exact to a minute; null where it was never used.'),
  sessions: listOf(SESSION),
});

const CREDENTIAL_STATE = z
  .enum(['connected', 'missing', 'dead', 'unknown'])
  .describe('`dead`: it has to be connected again. `unknown`: it cannot be looked at right now.');

const CREDENTIAL = record({
  id: TEXT.describe('The id of the connection; where servers own theirs, with `@` and the server.'),
  name: TEXT,
  owner: z.enum(['user', 'tenant', 'server']),
  servers: listOf(TEXT).describe('The titles of the servers that use it.'),
  origins: listOf(URL_TEXT).describe('Where the credential may be sent.'),
  state: CREDENTIAL_STATE,
  connectedAt: TIME_OR_NULL,
  expiresAt: TIME_OR_NULL.describe('Of the access token; it is renewed where that can be.'),
  connectUrl: URL_TEXT.nullable().describe('Where it is connected; null where you may not.'),
});

/** What people have connected. */
export const CONNECTION_SCHEMAS = {
  Me: record({
    tenant: TEXT,
    subject: TEXT,
    roles: listOf(ROLE),
    client: TEXT,
    scopes: listOf(TEXT),
  }),
  Connections: record({ connections: listOf(CONNECTION) }),
  Credentials: record({ credentials: listOf(CREDENTIAL) }, 'Never with a value.'),
  Sessions: record({
    sessions: listOf(
      record({
        subject: TEXT.describe('Whose it is.'),
        client: record(CLIENT),
        installation: TEXT.describe('The id of the connection that it belongs to.'),
        session: SESSION,
      }),
    ),
    unread: listOf(TEXT).describe('The users whose sessions could not be read right now.'),
    next: NEXT,
  }),
  Ended: record({ ended: z.int().min(0).describe('How many installations were ended.') }),
  Deleted: record({
    ended: z.int().min(0),
    isDeleted: FLAG.describe('False where other tenants use it: then it is blocked in this one only.'),
  }),
};
