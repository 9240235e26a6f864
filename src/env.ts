import * as z from 'zod';
import { type KeyRing, parseKeyRing } from './crypto/key-ring.ts';
import { GatehouseError } from './errors.ts';
import { LOG_LEVELS } from './log.ts';

/** The Worker's bindings and variables, as wrangler.toml declares them. */
export interface Env {
  readonly MCP_SESSION: DurableObjectNamespace;
  readonly ACCOUNT: DurableObjectNamespace;
  readonly TENANT: DurableObjectNamespace;
  readonly REGISTRATION_QUOTA: DurableObjectNamespace;
  readonly QUOTA: DurableObjectNamespace;
  readonly METRICS: DurableObjectNamespace;
  readonly OAUTH_KV: KVNamespace;
  readonly VAULT_KV: KVNamespace;
  readonly DB: D1Database;
  readonly LOADER: WorkerLoader;
  /** The platform's limiter for requests of nobody known; goes without where it is not declared. */
  readonly ADDRESS_LIMIT?: RateLimit;
  /** Where events are archived, and checkpoints too; optional. See docs/audit.md. */
  readonly AUDIT_ARCHIVE?: R2Bucket;
  /** Workers Analytics Engine: a data point per call, where the binding is there. See docs/observability.md. */
  readonly ANALYTICS?: AnalyticsEngineDataset;
  /** Secret: the key ring as JSON, see docs/storage-schema.md. */
  readonly KEY_RING: string;
  readonly GATEHOUSE_ENV: string;
  /** JSON, read by src/identity/settings.ts. See docs/identity.md. */
  readonly OIDC_PROVIDERS?: string;
  /** JSON, read by src/grants/clients/known-clients.ts. See docs/identity.md, as for the two below. */
  readonly OAUTH_CLIENTS?: string;
  /** JSON, read by src/grants/enterprise/issuers.ts. */
  readonly ENTERPRISE_ISSUERS?: string;
  /** JSON, read by src/grants/external/issuers.ts. */
  readonly EXTERNAL_TOKEN_ISSUERS?: string;
  /** JSON, read by src/vault/backends/settings.ts. See docs/vault.md. */
  readonly CREDENTIAL_BACKENDS?: string;
  /** JSON, read by src/runtime/server-settings.ts. See README "Add a server". */
  readonly SERVER_SETTINGS?: string;
  /** JSON, read by src/session-key/jurisdiction.ts. See docs/tenants.md. */
  readonly TENANTS?: string;
  /** JSON, read by src/vault/connections-setting.ts. See docs/connections.md. */
  readonly CONNECTIONS?: string;
  /** JSON, read by src/vault/remote-client-secrets.ts. See docs/connections.md. */
  readonly REMOTE_CLIENT_SECRETS?: string;
  readonly [variable: string]: unknown;
}

const BINDINGS = [
  'MCP_SESSION',
  'ACCOUNT',
  'TENANT',
  'REGISTRATION_QUOTA',
  'QUOTA',
  'METRICS',
  'OAUTH_KV',
  'VAULT_KV',
  'DB',
  'LOADER',
  'KEY_RING',
] as const;

const count = (fallback: number, min = 1) => z.coerce.number().int().min(min).default(fallback);

/** KV keeps nothing for less. */
const KV_MIN_TTL_SECONDS = 60;

/** Every setting: its variable, its default and its bounds. Units are in the names. */
const settingsSchema = z.object({
  /** `development` admits test identities, the fixture server and http on loopback. */
  GATEHOUSE_ENV: z.enum(['development', 'production']).default('production'),
  /** The public origin, such as `https://mcp.example.com`; when unset, the origin of each request. */
  PUBLIC_ORIGIN: z.url().optional(),
  /** Origins of browser apps that may call the gateway, such as `https://app.example.com`, comma-separated. */
  ALLOWED_ORIGINS: z.string().default(''),
  MAX_BODY_BYTES: count(1024 * 1024),
  MAX_JSON_DEPTH: count(64),
  /** The largest body that operators may send of servers, such as OpenAPI descriptions: GitHub's has 12 MB. */
  MAX_SERVER_DOCUMENT_BYTES: count(16 * 1024 * 1024),
  MAX_SERVER_DOCUMENT_DEPTH: count(256),
  /** How much all versions of an organisation's servers may take in D1, with their code and descriptions. */
  CATALOG_MAX_BYTES: count(128 * 1024 * 1024),
  MAX_RESULT_BYTES: count(8 * 1024 * 1024),
  /** How long a call may stay silent before its answer becomes a stream. */
  STREAM_AFTER_MS: count(200, 0),
  /** How often an idle stream is written to, so that no proxy gives it up. */
  KEEP_ALIVE_MS: count(15_000),
  /** The same while a 2026-07-28 call runs: it is how a client that left is noticed, and its call cancelled. */
  CALL_KEEP_ALIVE_MS: count(1000),
  /** What clients are told to wait before they reconnect a broken stream (SSE `retry`). */
  RECONNECT_AFTER_MS: count(1000),
  /** How long changes are still stored for a GET stream whose reader is gone. */
  RESUME_GRACE_MS: count(60_000),
  CALL_TIMEOUT_MS: count(300_000),
  DEFINITIONS_TIMEOUT_MS: count(10_000),
  LIST_TIMEOUT_MS: count(2000),
  /** How many tools an endpoint lists; where it has more, it lists tools to search and call them with. */
  MAX_LISTED_TOOLS: count(150, 0),
  /** How many failures in a row keep calls from a server, and for how long until one is let through to try. */
  CIRCUIT_OPENS_AFTER: count(5),
  CIRCUIT_PAUSE_MS: count(30_000),
  /** How long before a call that may be repeated is made again, once, after its server has failed. */
  REPEAT_PAUSE_MS: count(250, 0),
  /** How long what a remote server offers is good, until it is asked again. */
  DEFINITIONS_TTL_MS: count(300_000),
  /** The largest size of all modules of an uploaded server together. */
  CODE_MAX_BYTES: count(1024 * 1024),
  CODE_MAX_MODULES: count(100),
  /** The time that one call of uploaded code may compute; enforced by the platform, and not by a local runtime. */
  CODE_CPU_MS: count(10_000),
  /** How many requests to third parties and to its state one call of uploaded code may make; enforced as above. */
  CODE_MAX_SUBREQUESTS: count(50),
  /** How long a Worker isolate goes by what it has read of the catalog. */
  CATALOG_CACHE_MS: count(1000, 0),
  /** How long it goes on by what it has last read of the catalog and of pins, where the database cannot be read. */
  CATALOG_STALE_MS: count(10 * 60 * 1000, 0),
  /** How long a Worker isolate goes by what it has read of a policy. */
  POLICY_CACHE_MS: count(1000, 0),
  /** How long a question to the user may wait for its answer. */
  INPUT_TTL_SECONDS: count(600),
  MAX_INPUT_ROUNDS: count(16),
  /** How long an approval may be waited for that somebody is not asked for in their session, and be good for its one call. */
  APPROVAL_TTL_SECONDS: count(24 * 3600),
  /** How long an approval for a session is good at most. */
  APPROVAL_SESSION_SECONDS: count(8 * 3600),
  /** How many approvals one user may have that are asked for or good. */
  MAX_APPROVALS_PER_USER: count(100),
  SESSION_TTL_SECONDS: count(7 * 24 * 3600),
  /** How many 2025 sessions a user may have open; those that were not used for SESSION_TTL_SECONDS do not count. */
  MAX_SESSIONS_PER_USER: count(2000),
  MAX_EVENTS_PER_STREAM: count(1000),
  MAX_SUBSCRIPTIONS: count(256),
  ACCESS_TOKEN_TTL_SECONDS: count(3600),
  REFRESH_TOKEN_TTL_SECONDS: count(30 * 24 * 3600),
  SIGN_IN_TTL_SECONDS: count(8 * 3600),
  /** The largest body of a client registration (RFC 7591), far below MAX_BODY_BYTES: anybody may send one. */
  MAX_REGISTRATION_BYTES: count(16 * 1024),
  /** How many clients may register within an hour from one IPv4 address, or from one /64 of IPv6. */
  REGISTRATIONS_PER_ADDRESS_PER_HOUR: count(100),
  /** The same for all addresses together. */
  REGISTRATIONS_PER_HOUR: count(5000),
  /** How long a registration lasts; half of it before the end, a client's next token request renews it. */
  CLIENT_REGISTRATION_TTL_SECONDS: count(90 * 24 * 3600, KV_MIN_TTL_SECONDS),
  STATE_MAX_VALUE_BYTES: count(128 * 1024),
  STATE_MAX_ENTRIES: count(10_000),
  STATE_MAX_TOTAL_BYTES: count(8 * 1024 * 1024),
  /** How long before its end a third party's access token is replaced. */
  CREDENTIAL_REFRESH_AHEAD_SECONDS: count(60, 0),
  /** The largest body that tool code may send to a third party; it is held in memory, to be sent again where that is needed. */
  EGRESS_MAX_REQUEST_BYTES: count(4 * 1024 * 1024),
  /** The largest answer of a third party, decoded. */
  EGRESS_MAX_RESPONSE_BYTES: count(32 * 1024 * 1024),
  /** How long a request of tool code may take in all: repetitions, redirects and the answer's body. */
  EGRESS_TIMEOUT_MS: count(60_000),
  /** How often an idempotent request is sent again that a third party could not serve. */
  EGRESS_MAX_RETRIES: count(2, 0),
  /** The longest wait before such a repetition; where a third party asks for more, its answer is handed on. */
  EGRESS_MAX_RETRY_WAIT_MS: count(5000, 0),
  /** `true` lets connections lead to this machine, by http too. In development only. */
  EGRESS_ALLOW_LOOPBACK: z.enum(['true', 'false']).default('false'),
  /** From which level on lines are written to the log; `info` has a line for each request. */
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  /** How long what is counted waits for more, before it is added to what is kept. */
  METRICS_FLUSH_MS: count(5000, 0),
  /** How many tools of one server metrics tell apart; those beyond are `other`. */
  METRICS_MAX_TOOLS_PER_SERVER: count(200),
  /** Where spans go: a collector that takes OTLP by HTTP, such as `https://otel.example.com`. Without it nothing is traced. */
  OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Headers for the collector, as OpenTelemetry writes them: `name=value,name=value`, URL-encoded. A secret. */
  OTLP_HEADERS: z.string().default(''),
  /** Which part is recorded of the traces that begin here, from 0 to 1; of others their beginning says it. */
  OTLP_SAMPLE_RATIO: z.coerce.number().min(0).max(1).default(1),
  /** How long spans wait for others that could go with them. */
  OTLP_FLUSH_MS: count(1000, 0),
  /** How many events an object holds that D1 has not taken yet; while it holds as many, nothing happens that must be recorded. */
  AUDIT_OUTBOX_MAX_EVENTS: count(10_000),
  /** `strict`: no answer of a call leaves before its record is durable. `relaxed`: it is within a second, unless there is a crash. */
  AUDIT_MODE: z.enum(['strict', 'relaxed']).default('strict'),
  /** Of which tenants the arguments of calls are on record too, comma-separated; `*` for all. */
  AUDIT_ARGUMENTS: z.string().default(''),
  /** How long after its last event the chain of a home is closed, and its object has nothing stored any more. */
  AUDIT_CHAIN_IDLE_SECONDS: count(3600),
  /** How long events are in D1, until they are archived in the bucket AUDIT_ARCHIVE and deleted. Without it they stay. */
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1).optional(),
});

/** The settings of one deployment, checked. */
export type Settings = Readonly<z.infer<typeof settingsSchema>> & { readonly keyRing: KeyRing };

/**
 * What is read of an environment, read once per isolate and environment. A reading that fails is tried again.
 * @param read is pure: the same environment always says the same.
 */
export function oncePerEnvironment<Value>(read: (env: Env) => Value): (env: Env) => Value {
  const known = new WeakMap<Env, { readonly value: Value }>();
  return env => {
    const kept = known.get(env) ?? { value: read(env) };
    known.set(env, kept);
    return kept.value;
  };
}

/**
 * Checks bindings and settings, once per isolate and environment.
 * @throws GatehouseError `setting_invalid` or `key_ring_unreadable`, naming the first that is wrong.
 */
export const settingsOf: (env: Env) => Settings = oncePerEnvironment(env => {
  requireBindings(env);
  const parsed = settingsSchema.safeParse(env);
  if (!parsed.success) throw invalidSetting(parsed.error.issues[0]);
  refusePublicDevelopment(parsed.data);
  refuseLoopbackEgress(parsed.data);
  return { ...parsed.data, keyRing: parseKeyRing(env.KEY_RING) };
});

/** Whether a host name is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Whether conveniences for development may exist at all. */
export function isDevelopment(settings: Settings): boolean {
  return settings.GATEHOUSE_ENV === 'development';
}

function requireBindings(env: Env): void {
  for (const name of BINDINGS) {
    if (env[name]) continue;
    const where = name === 'KEY_RING' ? 'as a secret (`wrangler secret put KEY_RING`)' : 'in wrangler.toml';
    throw new GatehouseError('setting_invalid', `The binding ${name} is missing. Declare it ${where}.`);
  }
}

/** Test identities sign in without a password, so they must not be within reach of anyone else. */
function refusePublicDevelopment({ GATEHOUSE_ENV, PUBLIC_ORIGIN }: z.infer<typeof settingsSchema>): void {
  if (GATEHOUSE_ENV !== 'development' || PUBLIC_ORIGIN === undefined) return;
  if (isLoopback(new URL(PUBLIC_ORIGIN).hostname)) return;
  throw new GatehouseError(
    'setting_invalid',
    'GATEHOUSE_ENV is "development", which only a loopback PUBLIC_ORIGIN may be. Set it to "production".',
  );
}

/** What listens on the gateway's own machine is not for tool code to reach. */
function refuseLoopbackEgress({
  GATEHOUSE_ENV,
  EGRESS_ALLOW_LOOPBACK,
}: z.infer<typeof settingsSchema>): void {
  if (GATEHOUSE_ENV === 'development' || EGRESS_ALLOW_LOOPBACK === 'false') return;
  throw new GatehouseError(
    'setting_invalid',
    'EGRESS_ALLOW_LOOPBACK is "true", which it may be in development only. Leave it out.',
  );
}

function invalidSetting(issue: z.core.$ZodIssue | undefined): GatehouseError {
  return new GatehouseError(
    'setting_invalid',
    `The setting ${issue?.path.join('.')} is wrong: ${issue?.message}.`,
  );
}
