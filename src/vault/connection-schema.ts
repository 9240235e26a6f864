import * as z from 'zod';
import { PRESET_NAMES } from './connection-presets.ts';

/** A connection's id: what servers declare it by, and its path under `/connect/`. */
export const CONNECTION_ID = /^[a-z0-9-]{1,32}$/;

/** Paths under `/connect/` that are no connection's. */
const RESERVED_IDS = ['callback'];

/** What the gateway says in an authorization request itself; of `scope` there is a setting. */
const OWN_PARAMETERS = new Set([
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
]);

/** Headers that say how a request travels, or whose it is in another way: a credential in one of them would break it. */
const REFUSED_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

const headerName = z
  .string()
  .regex(TOKEN, 'must be the name of a header')
  .refine(name => !REFUSED_HEADERS.has(name.toLowerCase()), 'must be a header that may hold a credential');

const placement = z.discriminatedUnion('in', [
  z.strictObject({ in: z.literal('bearer') }),
  z.strictObject({ in: z.literal('basic') }),
  z.strictObject({ in: z.literal('none') }),
  z.strictObject({
    in: z.literal('header'),
    name: headerName,
    prefix: z
      .string()
      .regex(/^[\x20-\x7e]*$/, 'must be visible ASCII and spaces')
      .default(''),
  }),
  z.strictObject({ in: z.literal('query'), name: z.string().regex(/^[\w.~-]+$/, 'must be a plain name') }),
]);

const oauth = z.strictObject({
  /** The issuer identifier. Discovered from, unless both addresses are given; `iss` of callbacks must be it. */
  issuer: z.url().optional(),
  authorizationUrl: z.url().optional(),
  tokenUrl: z.url().optional(),
  clientId: z.string().min(1),
  /** The variable that holds the client's secret. */
  clientSecret: z.string().min(1).optional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope (RFC 6749)')).default([]),
  parameters: z
    .record(z.string(), z.string())
    .default({})
    .refine(
      given => !Object.keys(given).some(name => OWN_PARAMETERS.has(name)),
      `must have none of those that the gateway sets itself: ${[...OWN_PARAMETERS].join(', ')}`,
    ),
});

/** The origin and nothing else, as `URL` writes it: scheme, host, and the port where it is not the scheme's own. */
const origin = z
  .url()
  .refine(
    text => URL.canParse(text) && new URL(text).origin === text,
    'must be an exact origin such as "https://api.example.com", without a path or a slash at its end',
  );

/** Compared by whole segments with a path that was taken apart already, so it must read the same after that. */
const path = z
  .string()
  .regex(/^\/[^?#\\%]*$/, 'must begin with "/" and have no query, fragment, backslash or percent sign')
  .refine(
    text => new URL(text, 'https://host.invalid').pathname === text && !text.includes('//'),
    'must be written plainly, without "." and ".." segments, empty segments or spaces',
  );

/** One entry of the setting `CONNECTIONS`, as an operator writes it. See docs/connections.md. */
export const connectionSchema = z.strictObject({
  id: z
    .string()
    .regex(CONNECTION_ID, 'must be 1 to 32 lower-case letters, digits and hyphens')
    .refine(id => !RESERVED_IDS.includes(id), `must not be one of: ${RESERVED_IDS.join(', ')}`),
  name: z.string().min(1).max(64),
  preset: z.enum(PRESET_NAMES).optional(),
  owner: z.enum(['user', 'tenant', 'server']).default('user'),
  /** The organisations that have it; all where it is left out. */
  tenants: z.array(z.string().min(1)).min(1).optional(),
  origins: z.array(origin).min(1).optional(),
  methods: z.array(z.enum(METHODS)).default([]),
  paths: z.array(path).default([]),
  placement: placement.optional(),
  oauth: oauth.optional(),
  /** The variable that holds the credential itself. */
  secret: z.string().min(1).optional(),
});

/** A checked entry, before presets and secrets. */
export type ConnectionEntry = Readonly<z.infer<typeof connectionSchema>>;
