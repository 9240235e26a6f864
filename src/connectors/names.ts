import type { Placed, ServerEntry } from '../catalog/catalog.ts';
import { toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';

/** What has names: tools are renamed, prompts are not. */
export type NamedKind = 'tools' | 'prompts';

/** How the names of one server read at an endpoint. */
export interface Names {
  outer(kind: NamedKind, name: unknown): string;
  /** Whether a name of the endpoint may be one of this server's, as far as the name itself tells. */
  mayBe(kind: NamedKind, outer: string): boolean;
}

/** What names are made of. */
export interface Naming {
  readonly server: string;
  readonly isQualified: boolean;
  /** New names of tools, by the server's own. */
  readonly rename: Readonly<Record<string, string>>;
  /** Those of them that never carry their server. */
  readonly exact: Readonly<Record<string, string>>;
}

type PlacedServer = Pick<ServerEntry, 'name' | 'tools'>;

/** MCP, "Tool Names". */
const MAX_NAME_LENGTH = 128;

/** Of a name's digest, enough that two long names do not meet. */
const DIGEST_LENGTH = 16;

/**
 * At `/mcp/<server>` names are the server's own. At `/mcp`, and where a virtual server gathers tools, they are `<server>_<name>`,
 * by our own id of the server and never by what it calls itself. Server ids hold no underscore, so no two names can meet.
 */
export function namesOf({ server, isQualified, rename, exact }: Naming): Names {
  return {
    outer(kind, own) {
      const name = String(own);
      const isTool = kind === 'tools';
      if (isTool && Object.hasOwn(exact, name)) return exact[name] ?? name;
      const renamed = isTool && Object.hasOwn(rename, name) ? (rename[name] ?? name) : name;
      return isQualified ? fitted(`${server}_${renamed}`) : renamed;
    },
    mayBe(kind, outer) {
      if (kind === 'tools' && Object.values(exact).includes(outer)) return true;
      return !isQualified || outer.startsWith(`${server}_`);
    },
  };
}

/** How the names of a server read where it is shown. */
export function namesAt({ entry, tools, isQualified, exactNames }: Placed<PlacedServer>): Names {
  return namesOf({ server: entry.name, isQualified, rename: tools.rename ?? {}, exact: exactNames });
}

/** A name that is too long ends in a digest of all of it. */
function fitted(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  const digest = toBase64url(sha256(utf8(name))).slice(0, DIGEST_LENGTH);
  return `${name.slice(0, MAX_NAME_LENGTH - DIGEST_LENGTH - 1)}_${digest}`;
}
