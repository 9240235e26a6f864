import * as z from 'zod';
import type { DocumentOf } from '../catalog/server-document.ts';
import { serverDocumentSchema } from '../catalog/server-document.ts';
import { invalid, listed } from './refusal.ts';

const input = z.looseObject({
  description: z.string().optional(),
  isRequired: z.boolean().default(false),
  isSecret: z.boolean().default(false),
  default: z.string().optional(),
  value: z.string().optional(),
  choices: z.array(z.string()).optional(),
});

const header = input.extend({ name: z.string() });

const remote = z.looseObject({
  type: z.string(),
  url: z.string(),
  headers: z.array(header).default([]),
  variables: z.record(z.string(), input).default({}),
});

const server = z.looseObject({
  name: z.string(),
  title: z.string().optional(),
  description: z.string(),
  remotes: z.array(remote).default([]),
  packages: z.array(z.looseObject({ registryType: z.string() })).default([]),
});

/**
 * A `server.json` as the official MCP registry has it (schema 2025-12-11), by itself or as the registry's API answers it. Of what
 * it says only that is read of which a remote server is made.
 */
export const serverJsonSchema = z.union([z.looseObject({ server }).transform(each => each.server), server]);

type ServerJson = Readonly<z.infer<typeof serverJsonSchema>>;
type Remote = Readonly<z.infer<typeof remote>>;
type Input = Readonly<z.infer<typeof input>>;

/** What a `server.json` leaves to whoever imports it. */
export interface ServerJsonOptions {
  /** The server's name here; by default made of the last part of its own. */
  readonly name?: string | undefined;
  /** The connection of CONNECTIONS that brings the header that the server wants. */
  readonly connection?: string | undefined;
  /** How the gateway proves itself where no header is asked for: not at all by default. */
  readonly auth?: 'none' | 'oauth' | undefined;
}

/**
 * The remote server that a `server.json` describes, at the first of its endpoints that speaks Streamable HTTP.
 * @throws GatehouseError `server_invalid`, saying what this gateway cannot do for it, and what would do.
 */
export function remoteOf(json: ServerJson, options: ServerJsonOptions): DocumentOf<'remote'> {
  const endpoint = endpointOf(json);
  const parsed = serverDocumentSchema.safeParse({
    kind: 'remote',
    name: options.name ?? nameOf(json),
    title: (json.title ?? json.name).slice(0, 64),
    description: json.description,
    url: urlOf(endpoint),
    auth: authOf(endpoint, options),
  });
  if (parsed.success && parsed.data.kind === 'remote') return parsed.data;
  const [issue] = parsed.error?.issues ?? [];
  throw invalid(`The server.json makes no remote server: ${issue?.path.join('.')}: ${issue?.message}.`);
}

function endpointOf({ remotes, packages }: ServerJson): Remote {
  const endpoint = remotes.find(({ type }) => type === 'streamable-http');
  if (endpoint) return endpoint;
  const [{ type } = { type: null }] = remotes;
  if (type !== null)
    throw invalid(
      `remotes: this server speaks "${type}" only. The gateway reaches servers by "streamable-http", which replaced it.`,
    );
  if (packages.length === 0)
    throw invalid('remotes: this server.json has none, so there is nothing to reach.');
  const kinds = listed([...new Set(packages.map(({ registryType }) => registryType))]);
  throw invalid(
    `packages: this server is a package (${kinds}) to be run on a computer of one's own, and the gateway starts no processes. ` +
      'Run it behind Streamable HTTP somewhere, and add that address as a server of the kind "remote"; or upload its code as one of the kind "code".',
  );
}

/** Registry names are reverse DNS names and a slash before the server's own. */
function nameOf({ name }: ServerJson): string {
  const last = name.split('/').at(-1) ?? name;
  return last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 32);
}

/** Variables whose values the file brings are put in; those that are anybody's own make a URL that nobody else could use. */
function urlOf({ url, variables }: Remote): string {
  return url.replace(/\{([^{}]+)\}/g, (_, variable: string) => {
    const { value, default: fallback } = variables[variable] ?? ({} as Partial<Input>);
    const known = value ?? fallback;
    if (known !== undefined && variables[variable]?.isSecret !== true) return known;
    throw invalid(
      `remotes.url: "${url}" has the variable {${variable}}, whose value only you know. ` +
        `Add the server as a document of the kind "remote", with the value in its "url"; a secret goes into a connection instead.`,
    );
  });
}

function authOf({ headers }: Remote, { connection, auth = 'none' }: ServerJsonOptions): object {
  if (connection !== undefined) return { kind: 'connection', connection };
  const wanted = headers.filter(
    ({ isRequired, isSecret, value }) => isRequired || isSecret || value !== undefined,
  );
  if (wanted.length === 0) return { kind: auth };
  const names = listed(wanted.map(each => each.name));
  throw invalid(
    `remotes.headers: this server wants the header ${names}. Set up a connection whose "placement" is this header ` +
      '(CONNECTIONS, see docs/connections.md), and name it by ?connection=.',
  );
}
