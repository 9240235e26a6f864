import type { Definitions } from '../../catalog/definitions.ts';
import type { Settings } from '../../env.ts';
import { reportFault } from '../../errors.ts';
import { paramHeaderFault } from '../../protocol/param-headers.ts';
import type { Connector } from '../connector.ts';
import { withDeadline } from '../deadline.ts';
import { readDefinitions } from '../read-definitions.ts';

/**
 * What a remote server offers to one caller. Tools whose header hints are wrong are left out, as the protocol has it (2026-07-28,
 * Streamable HTTP, "Schema Extension"), and named in `refused`.
 * @throws GatehouseError `upstream_failed`.
 */
export async function remoteDefinitions(connector: Connector, settings: Settings): Promise<Definitions> {
  const definitions = await withDeadline(settings.DEFINITIONS_TIMEOUT_MS, undefined, ({ signal }) =>
    readDefinitions(connector, signal),
  );
  const refused = definitions.tools.flatMap(({ name, inputSchema }) => {
    const reason = paramHeaderFault(inputSchema);
    return reason === null ? [] : [{ name: String(name), reason }];
  });
  if (refused.length === 0) return definitions;
  reportFault('tools_refused', new Error('invalid x-mcp-header'), { server: connector.server });
  const names = new Set<unknown>(refused.map(({ name }) => name));
  return { ...definitions, tools: definitions.tools.filter(({ name }) => !names.has(name)), refused };
}
