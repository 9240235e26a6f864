import type { Settings } from '../../env.ts';
import { reportFault } from '../../errors.ts';
import { paramHeaderFault } from '../../protocol/param-headers.ts';
import type { Connector } from '../connector.ts';
import { withDeadline } from '../deadline.ts';
import { readDefinitions } from '../read-definitions.ts';
import type { HiddenDefinition, OfferedDefinitions } from '../upstream.ts';

/**
 * What a remote server offers to one caller. Tools whose header hints are wrong are hidden, as the protocol has it (2026-07-28,
 * Streamable HTTP, "Schema Extension"), and say why.
 * @throws GatehouseError `upstream_failed`.
 */
export async function remoteDefinitions(
  connector: Connector,
  settings: Settings,
): Promise<OfferedDefinitions> {
  const definitions = await withDeadline(settings.DEFINITIONS_TIMEOUT_MS, undefined, ({ signal }) =>
    readDefinitions(connector, signal),
  );
  const hidden = definitions.tools.flatMap(({ name, inputSchema }): HiddenDefinition[] => {
    const fault = paramHeaderFault(inputSchema);
    return fault === null
      ? []
      : [{ kind: 'tools', name: String(name), reason: `Its definition is wrong: ${fault}.` }];
  });
  if (hidden.length === 0) return definitions;
  reportFault('tools_refused', new Error('invalid x-mcp-header'), { server: connector.server });
  const names = new Set<unknown>(hidden.map(({ name }) => name));
  return { ...definitions, tools: definitions.tools.filter(({ name }) => !names.has(name)), hidden };
}
