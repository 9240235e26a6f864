import { GatehouseError } from '../errors.ts';
import type { Role } from '../principal.ts';

/** The scope that every MCP endpoint needs: to connect, and to see what there is. */
export const MCP_SCOPE = 'mcp';

/** For the API of the gateway itself: to see and end one's own connections and sessions. */
export const ACCOUNT_SCOPE = 'account';

/** For the API of the gateway itself: to administer it, as far as one's roles go. */
export const ADMIN_SCOPE = 'admin';

/** Asked for by clients that want a refresh token; they get one anyhow. */
export const OFFLINE_SCOPE = 'offline_access';

/** Whether roles let anybody administer anything: without one, {@link ADMIN_SCOPE} is not granted. */
export function mayAdminister(roles: readonly Role[]): boolean {
  return roles.some(role => role !== 'member');
}

/** What a server may be used for. To write includes to read. */
export type Access = 'read' | 'write';

const SERVER_SCOPE = /^(.+):(read|write)$/;

/** The scope of one kind of access to one server: `<server>:read` or `<server>:write`. */
export function serverScope(server: string, access: Access): string {
  return `${server}:${access}`;
}

/** What {@link serverScope} made a scope of; null for any other scope. */
export function parseServerScope(scope: string): { server: string; access: Access } | null {
  const [, server, access] = SERVER_SCOPE.exec(scope) ?? [];
  return server === undefined ? null : { server, access: access as Access };
}

/** Whether granted scopes allow what a scope stands for (OAuth 2.1 section 3.2.2.1: their meaning is ours). */
export function isGranted(granted: readonly string[], scope: string): boolean {
  if (granted.includes(scope)) return true;
  const parsed = parseServerScope(scope);
  return parsed?.access === 'read' && granted.includes(serverScope(parsed.server, 'write'));
}

/** The scopes among `needed` that are not granted. */
export function missingScopes(granted: readonly string[], needed: readonly string[]): string[] {
  return needed.filter(scope => !isGranted(granted, scope));
}

/** Whether what is asked for goes beyond what is granted, and leaves out nothing of it. */
export function isStepUp(granted: readonly string[], asked: readonly string[]): boolean {
  const kept = granted.filter(scope => scope !== OFFLINE_SCOPE);
  return missingScopes(asked, kept).length === 0 && missingScopes(granted, asked).length > 0;
}

/** The access that a tool needs: what says that it only reads needs no more (MCP, `ToolAnnotations`). */
export function accessOf(tool: { readonly annotations?: unknown }): Access {
  const { readOnlyHint } = (tool.annotations ?? {}) as { readOnlyHint?: unknown };
  return readOnlyHint === true ? 'read' : 'write';
}

/**
 * Checks that what was granted covers what is needed.
 * @throws GatehouseError `scope_insufficient`. Its data name every scope to ask for, those already granted too:
 *   clients take the list as complete, and would lose what is missing from it (MCP, "Scope Challenge Handling").
 */
export function requireScopes(granted: readonly string[], needed: readonly string[]): void {
  const missing = missingScopes(granted, needed);
  if (missing.length === 0) return;
  const scope = [...new Set([...granted, ...needed])].join(' ');
  const message = `This needs the scope ${missing.join(' ')}, which was not granted. Ask for: ${scope}.`;
  throw new GatehouseError('scope_insufficient', message, { code: 'scope_insufficient', scope });
}
