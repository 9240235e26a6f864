import type { DocumentOf } from '../catalog/server-document.ts';
import type { Env, Settings } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import type { Compiled, Wanted } from '../openapi/compile.ts';
import type { Description } from '../openapi/description.ts';
import { References } from '../openapi/references.ts';
import { connectionDraft } from '../openapi/security.ts';
import type { Principal } from '../principal.ts';
import type { Connection } from '../vault/connection.ts';
import { tenantConnectionsOf } from '../vault/connections-setting.ts';
import { connectionFor } from '../vault/egress/route.ts';
import { invalid } from './refusal.ts';

/** Who wants to reach an API. */
export interface Reaching {
  readonly document: DocumentOf<'openapi'>;
  readonly env: Env;
  readonly principal: Pick<Principal, 'tenant'>;
  readonly settings: Settings;
}

/** Why requests do not get out, by the reason of the egress, in words that are the same for many of them. */
const WORDS: Readonly<Record<string, (method: string, url: URL) => string>> = {
  origin: (_, { origin }) => `no connection of this server leads to ${origin}`,
  method: method => `no connection of this server is open for ${method}`,
  path: (_, { origin }) => `no connection of this server is open for its path at ${origin}`,
};

/** Whether the connections that a document declares let a request out, as the egress will judge it. */
export function obstaclesFor({ document, env, principal, settings }: Reaching): Wanted['obstacleTo'] {
  const declared = tenantConnectionsOf(env, principal.tenant).filter(({ id }) =>
    document.connections.includes(id),
  );
  return (method, url) => obstacle(method, url, declared, settings);
}

/**
 * Refuses a server none of whose operations can be called.
 * @throws GatehouseError `server_invalid`, with the connection that is missing.
 */
export function requireTools(
  { definitions, left, operations }: Compiled,
  reaching: Reaching,
  from: Description,
) {
  if (definitions.tools.length > 0) return;
  const [base = ''] = operations.bases;
  const { origin } = new URL(base);
  const { env, principal, settings, document } = reaching;
  const serving = tenantConnectionsOf(env, principal.tenant).filter(
    each => obstacle('GET', new URL(base), [each], settings) === null,
  );
  const why = `No operation can be called: ${left[0]?.reason ?? 'none is selected'}.`;
  if (left.every(({ reason }) => reason !== WORDS.origin?.('', new URL(base)))) throw invalid(why);
  const [first] = serving;
  if (first) throw invalid(`${why} Name "${first.id}", which does, in "connections".`);
  const references = new References(from.root);
  const draft = connectionDraft({
    root: from.root,
    references,
    id: document.name,
    name: document.title,
    origin,
  });
  throw invalid(
    `${why} Set one up in CONNECTIONS and name it in "connections", for example ${JSON.stringify(draft)}, or with "placement": {"in": "none"} where the API is open to all.`,
  );
}

function obstacle(
  method: string,
  url: URL,
  connections: readonly Connection[],
  settings: Settings,
): string | null {
  try {
    connectionFor({ url, method }, connections, settings.EGRESS_ALLOW_LOOPBACK === 'true');
    return null;
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error;
    const { reason } = (error.data ?? {}) as { reason?: string };
    return WORDS[reason ?? '']?.(method, url) ?? error.message;
  }
}

/** What operators are told of operations that are no tools: each reason once. */
export function notesOf({ left }: Compiled): string[] {
  return [...Map.groupBy(left, ({ reason }) => reason)].map(([reason, operations]) => {
    const some = operations.slice(0, 3).map(({ operation }) => operation);
    const more = operations.length > some.length ? ` and ${operations.length - some.length} more` : '';
    return `Left out, since ${reason}: ${some.join(', ')}${more}.`;
  });
}
