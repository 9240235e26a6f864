import * as z from 'zod';

/** A server's name: its path under `/mcp/`, and the prefix of its names at `/mcp`. Without an underscore, so that no two can meet. */
export const SERVER_NAME = /^[a-z][a-z0-9-]{0,31}$/;

const serverName = z
  .string()
  .regex(SERVER_NAME, 'must begin with a letter and be at most 32 lower-case letters, digits and hyphens');

/** Of MCP, "Tool Names". */
const toolName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1 to 128 letters, digits, "_", "." and "-"');

/** How the tools of a server are shown. Names are the server's own, except the values of `rename`. */
const toolChanges = z.strictObject({
  /** The only ones that are shown; all where it is left out. */
  only: z.array(toolName).optional(),
  /** Those that are not. */
  except: z.array(toolName).optional(),
  rename: z.record(toolName, toolName).optional(),
  /** Descriptions in place of the server's own. */
  describe: z.record(toolName, z.string().min(1).max(4096)).optional(),
});

const presentation = {
  name: serverName,
  title: z.string().min(1).max(64),
  description: z.string().min(1).max(1024),
};

const running = {
  tools: toolChanges.default({}),
  /** How long a call may take, in milliseconds, within CALL_TIMEOUT_MS. */
  callTimeoutMs: z.int().min(1).max(3_600_000).optional(),
};

const connectionId = z.string().min(1).max(64);
const connections = z.array(connectionId).max(16).default([]);

/** A server of the monorepo, shown in another way. */
const hosted = z.strictObject({
  kind: z.literal('hosted'),
  name: serverName,
  title: presentation.title.optional(),
  description: presentation.description.optional(),
  ...running,
});

/** How the gateway proves itself to a remote server. */
const remoteAuth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** With the credential of a connection that is set up in CONNECTIONS. */
  z.strictObject({ kind: z.literal('connection'), connection: connectionId }),
  /** As its own metadata say (MCP, "Authorization"): each user for themselves, or the organisation once for all. */
  z.strictObject({
    kind: z.literal('oauth'),
    owner: z.enum(['user', 'tenant']).default('user'),
    /** Where the remote's authorization server takes no registrations. */
    clientId: z.string().min(1).optional(),
    /** The client's secret, by its name in REMOTE_CLIENT_SECRETS. */
    clientSecret: z.string().min(1).optional(),
    scopes: z.array(z.string().min(1)).optional(),
  }),
]);

/** An MCP server on the network, by Streamable HTTP, of either era. */
const remote = z.strictObject({
  kind: z.literal('remote'),
  ...presentation,
  ...running,
  url: z.url(),
  auth: remoteAuth.default({ kind: 'none' }),
});

/** An HTTP API by its OpenAPI description (3.0 or 3.1), one tool per operation. */
const openapi = z.strictObject({
  kind: z.literal('openapi'),
  ...presentation,
  ...running,
  connections,
  /** Where the description is fetched from; else `source` is the description itself. */
  sourceUrl: z.url().optional(),
  source: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  /** In place of the description's first server. */
  baseUrl: z.url().optional(),
  /** Which operations become tools; all where neither is given. */
  select: z
    .strictObject({ tags: z.array(z.string()).optional(), operations: z.array(z.string()).optional() })
    .default({}),
});

/** Modules of an operator's own. */
const code = z.strictObject({
  kind: z.literal('code'),
  ...presentation,
  ...running,
  connections,
  isolation: z.enum(['session', 'user', 'tenant']).default('user'),
  /** `state` is storage for its user, as `env.STATE` (import { env } from 'cloudflare:workers'). */
  capabilities: z.array(z.enum(['state'])).default([]),
  mainModule: z.string().min(1).default('index.js'),
  /** The text of each ES module, by name. */
  modules: z.record(
    z.string().regex(/^[\w./-]+\.(js|mjs|json|txt)$/, 'must be a module name such as "index.js"'),
    z.string(),
  ),
});

/** Tools of several servers under one name. */
const virtual = z.strictObject({
  kind: z.literal('virtual'),
  ...presentation,
  members: z
    .array(z.strictObject({ server: serverName, tools: toolChanges.default({}) }))
    .min(1)
    .max(64),
});

/** A server as an operator writes it: what the API takes and what a catalog file holds. See docs/servers.md. */
export const serverDocumentSchema = z.discriminatedUnion('kind', [hosted, remote, openapi, code, virtual]);

/** A checked document. */
export type ServerDocument = Readonly<z.infer<typeof serverDocumentSchema>>;

export type ServerKind = ServerDocument['kind'];

/** The document of one kind. */
export type DocumentOf<Kind extends ServerKind> = Extract<ServerDocument, { readonly kind: Kind }>;

/** How the tools of a server are shown, see the document. */
export type ToolChanges = Readonly<z.infer<typeof toolChanges>>;
