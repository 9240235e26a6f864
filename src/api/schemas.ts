import type * as z from 'zod';
import { AUDIT_SCHEMAS } from './schemas/audit.ts';
import { CONNECTION_SCHEMAS } from './schemas/connections.ts';
import { PEOPLE_SCHEMAS } from './schemas/people.ts';
import { PROBLEM_SCHEMAS } from './schemas/problem.ts';
import { SERVER_SCHEMAS } from './schemas/servers.ts';

const listOf = (items: object) => ({ type: 'array', items }) as const;
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] }) as const;

/** An object whose members are all there, and no others. */
function record(properties: Readonly<Record<string, object>>, description?: string) {
  const required = Object.keys(properties);
  return {
    type: 'object',
    ...(description && { description }),
    properties,
    required,
    additionalProperties: false,
  };
}

const CLIENT_LABEL = record({ name: TEXT, version: TEXT }, 'What the client said of itself when it began.');

const SESSION = record({
  id: TEXT,
  revision: { ...TEXT, description: 'The revision of MCP that it speaks.' },
  client: {
    ...orNull(CLIENT_LABEL),
    description: 'Null for stateless requests (2026-07-28) with open streams.',
  },
  openedAt: TIME,
  lastUsedAt: { ...TIME, description: 'Exact to a minute.' },
});

const CLIENT = {
  id: TEXT,
  name: { ...TEXT_OR_NULL, description: 'What the client calls itself; not verified.' },
};

const CONNECTION = record({
  id: TEXT,
  client: record(CLIENT),
  resource: { ...TEXT, format: 'uri', description: 'What its tokens are for (RFC 8707).' },
  servers: { ...listOf(TEXT), description: 'The servers it can reach.' },
  scopes: listOf(TEXT),
  connectedAt: TIME,
  lastUsedAt: { ...TIME_OR_NULL, description: 'Exact to a minute; null where it was never used.' },
  sessions: listOf(SESSION),
});

const CREDENTIAL = record({
  id: {
    ...TEXT,
    description: 'The id of the connection; where servers own theirs, with `@` and the server.',
  },
  name: TEXT,
  owner: { type: 'string', enum: ['user', 'tenant', 'server'] },
  servers: { ...listOf(TEXT), description: 'The titles of the servers that use it.' },
  origins: { ...listOf({ ...TEXT, format: 'uri' }), description: 'Where the credential may be sent.' },
  state: {
    type: 'string',
    enum: ['connected', 'missing', 'dead', 'unknown'],
    description: '`dead`: it has to be connected again. `unknown`: it cannot be looked at right now.',
  },
  connectedAt: TIME_OR_NULL,
  expiresAt: { ...TIME_OR_NULL, description: 'Of the access token; it is renewed where that can be.' },
  connectUrl: {
    type: ['string', 'null'],
    format: 'uri',
    description: 'Where it is connected; null where you may not.',
  },
});

const USER = record({
  subject: TEXT,
  name: TEXT_OR_NULL,
  roles: listOf(ROLE),
  firstSignInAt: TIME,
  lastSignInAt: TIME,
  isSuspended: FLAG,
});

const TENANT_CLIENT = record({
  ...CLIENT,
  members: { ...COUNT, description: 'How many have connected it, be it that they have ended it since.' },
  block: orNull(record({ by: TEXT, at: TIME })),
});

const SECONDS_OR_NULL = { type: ['number', 'null'] } as const;

const METRIC_POINT = record(
  {
    at: { ...TIME, description: 'When the step began.' },
    server: TEXT,
    kind: { type: 'string', enum: ['tool', 'prompt', 'resource', 'other'] },
    tool: { ...TEXT, description: 'Its name, or that of the prompt; empty for resources.' },
    calls: COUNT,
    errors: COUNT,
    p50Seconds: {
      ...SECONDS_OR_NULL,
      description: 'Half of the calls took no longer; null for more than 60.',
    },
    p95Seconds: SECONDS_OR_NULL,
  },
  'The latest first.',
);

const AUDIT_EVENT = record({
  id: { ...TEXT, format: 'uuid' },
  at: TIME,
  kind: TEXT,
  chain: TEXT,
  sequence: { ...COUNT, description: 'Its place in the chain, from 1.' },
  event: {
    type: ['object', 'null'],
    description: 'What happened, see docs/audit.md; null where the row cannot be opened.',
  },
});

const PLACE_OR_NULL = { type: ['integer', 'null'] } as const;

const AUDIT_PROBLEM = record({
  chain: TEXT,
  kind: {
    type: 'string',
    enum: ['edited', 'removed', 'reordered', 'unlinked', 'foreign', 'head', 'unknown'],
  },
  sequence: { ...PLACE_OR_NULL, description: 'The first place; null where it is the whole chain.' },
  through: { ...PLACE_OR_NULL, description: 'The last place.' },
});

const SAVED_SERVER = {
  version: {
    ...COUNT,
    description: 'The version in use; 0 where nobody has changed a server of the monorepo.',
  },
  author: { ...TEXT_OR_NULL, description: 'The subject of whoever saved it.' },
  reason: TEXT_OR_NULL,
  restores: {
    type: ['integer', 'null'],
    description: 'The earlier version whose rules it has put in use again.',
  },
  savedAt: TIME_OR_NULL,
};

const EFFECT = { type: 'string', enum: ['allow', 'deny', 'approve'] } as const;

const DECISION = record({
  effect: { ...EFFECT, description: '`approve`: it may be made once somebody has approved it.' },
  rule: { ...TEXT_OR_NULL, description: 'The rule that decides; null where none allows it.' },
  reason: TEXT,
  version: { ...COUNT, description: 'Of the policy; 0 for the default one and for drafts.' },
  approvals: listOf(TEXT),
  limits: listOf(TEXT),
  guards: listOf(TEXT),
});

const RULE_TRACE = record({
  rule: TEXT,
  effect: TEXT,
  verdict: {
    type: 'string',
    enum: ['matched', 'not-matched', 'unknown', 'failed', 'disabled'],
    description:
      '`unknown`: that depends on arguments that are not known. `failed`: its condition could not be told.',
  },
  part: { ...TEXT_OR_NULL, description: 'Of the rule, which did not fit, is unknown or has failed.' },
  reason: TEXT_OR_NULL,
});

const REPLAYED_CALL = record({
  event: { ...TEXT, format: 'uuid', description: 'On the audit trail.' },
  at: TIME,
  user: TEXT,
  client: TEXT,
  server: TEXT,
  kind: { type: 'string', enum: ['tool', 'prompt', 'resource'] },
  name: { ...TEXT_OR_NULL, description: 'Null for a resource whose URI is not on record.' },
  was: record({ effect: orNull(EFFECT), rule: TEXT_OR_NULL }, 'What was decided.'),
  now: record(
    { effect: { type: 'string', enum: [...EFFECT.enum, 'unknown'] }, rule: TEXT_OR_NULL },
    'What would be. `unknown`: that depends on what is not on record.',
  ),
});

/** What answers look like, by name. */
export const SCHEMAS = {
  Me: record({ tenant: TEXT, subject: TEXT, roles: listOf(ROLE), client: TEXT, scopes: listOf(TEXT) }),
  Connections: record({ connections: listOf(CONNECTION) }),
  Credentials: record({ credentials: listOf(CREDENTIAL) }, 'Never with a value.'),
  Users: record(
    { users: listOf(USER), next: TEXT_OR_NULL },
    '`next` is the `after` of the next page, if any.',
  ),
  Clients: record({ clients: listOf(TENANT_CLIENT), next: TEXT_OR_NULL }),
  Ended: record({ ended: { ...COUNT, description: 'How many installations were ended.' } }),
  Deleted: record({
    ended: COUNT,
    isDeleted: {
      ...FLAG,
      description: 'False where other tenants use it: then it is blocked in this one only.',
    },
  }),
  Rotation: record({
    owners: { ...COUNT, description: 'How many accounts with credentials were looked at.' },
    rewrapped: COUNT,
    remaining: {
      ...COUNT,
      description: 'How many records in these accounts are still under another key than the current one.',
    },
    failed: { ...COUNT, description: 'How many accounts could not be asked.' },
    next: { ...TEXT_OR_NULL, description: 'The `after` of the next page, if any.' },
  }),
  AuditEvents: record({ events: listOf(AUDIT_EVENT), next: TEXT_OR_NULL }),
  AuditVerification: record(
    {
      chains: { ...COUNT, description: 'How many chains were verified to their end.' },
      events: { ...COUNT, description: 'How many stored events are in order.' },
      undelivered: { ...COUNT, description: 'How many events are recorded and not stored here yet.' },
      problems: listOf(AUDIT_PROBLEM),
      next: TEXT_OR_NULL,
    },
    'What this request found. All is verified when `next` is null.',
  ),
  Servers: record({ servers: listOf(record(SERVER)) }),
  Server: record({ ...SERVER, document: DOCUMENT }),
  ServerVersions: record({ versions: listOf(SERVER_VERSION) }),
  ServerDefinitions: record({
    tools: listOf(SHOWN_TOOL),
    prompts: listOf({ type: 'object' }),
    resourceTemplates: listOf({ type: 'object' }),
    unknown: { ...listOf(TEXT), description: 'The servers behind it of which it is not known.' },
  }),
  Catalog: record({ format: TEXT, servers: listOf(DOCUMENT), disabled: listOf(TEXT) }),
  Imported: record({
    isDryRun: { ...FLAG, description: 'Then nothing was changed.' },
    servers: listOf(IMPORTED),
  }),
  Saved: record({
    name: TEXT,
    version: { ...COUNT, description: 'The version that is in use now.' },
    notes: NOTES,
  }),
  Metrics: record({
    stepSeconds: COUNT,
    points: listOf(METRIC_POINT),
  }),
  Pins: record({ pins: listOf(PIN), next: TEXT_OR_NULL }),
  Error: record({ error: { ...TEXT, description: 'A stable code.' }, message: TEXT }),
} as const;

/** The name of one of {@link SCHEMAS}. */
export type SchemaName = keyof typeof SCHEMAS;
