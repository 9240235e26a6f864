import { accessOf, MCP_SCOPE, serverScope } from '../grants/scopes.ts';
import type { RoutedMethod } from '../protocol/method.ts';
import type { Route } from './route.ts';

/** The scope that a request needs at the server that answers it: tools by their annotations, all else only reads. */
export function scopeFor(method: RoutedMethod, { connector, tool, isGatewayTool }: Route): string {
  if (isGatewayTool) return MCP_SCOPE;
  return serverScope(connector.server, method === 'tools/call' ? accessOf(tool ?? {}) : 'read');
}
