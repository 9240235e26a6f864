/** How a server's names read at an endpoint. */
export interface Names {
  outer(server: string, name: unknown): string;
}

/** At `/mcp/<server>`: the server's own. */
export const plainNames: Names = { outer: (_server, name) => String(name) };

/**
 * At `/mcp`: `<server>_<name>`, by our own id of the server and never by what it calls itself. Server ids
 * hold no underscore, so no two names can meet.
 */
export const qualifiedNames: Names = { outer: (server, name) => `${server}_${name}` };
