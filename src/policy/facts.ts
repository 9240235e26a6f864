import type { Role } from '../principal.ts';
import type { JsonObject } from '../protocol/message.ts';

/** Who calls, as rules see it. */
export interface Caller {
  readonly tenant: string;
  readonly subject: string;
  readonly client: string;
  readonly roles: readonly Role[];
  /** What the identity provider says that the user is in. */
  readonly groups: readonly string[];
  /** The country that the request came from, ISO 3166-1 alpha-2; null where it is not known. */
  readonly country: string | null;
}

/** What is called, as rules see it. */
export interface Called {
  /** The tenant whose server it is. */
  readonly tenant: string;
  readonly server: string;
  readonly kind: 'tool' | 'prompt' | 'resource';
  /** The server's own name of it; of a resource its URI. */
  readonly name: string;
  /** Of a tool (MCP, `ToolAnnotations`). */
  readonly annotations: JsonObject;
  /** The connections that the server may use, by id. */
  readonly connections: readonly string[];
}

/** All that a decision goes by. */
export interface Facts {
  readonly caller: Caller;
  readonly called: Called;
  /** Null where they are not known: a list shows what may be called with some arguments. */
  readonly arguments: JsonObject | null;
  /** Unix time in milliseconds. */
  readonly atMs: number;
}
