import type { Connector } from '../../connector.ts';
import type { RemoteParts } from '../remote-parts.ts';
import { LegacyBridge } from './legacy-bridge.ts';

/**
 * Reaches a server of the 2025 revisions: the one adapter between the eras. Its sessions are held in memory, and what its servers ask is
 * handed inwards as `input_required`, while the call waits upstream.
 * Throws `InitializeRefused` where the server may speak another language.
 */
export function legacyConnector(parts: RemoteParts): Connector {
  const bridge = new LegacyBridge(parts);
  const { server, url: version } = parts.endpoint;
  return {
    server,
    version,
    call: (request, hooks) => bridge.call(request, hooks),
    listen: (filter, client, hooks) => bridge.whileOpen(client, ({ feed }) => feed.listen(filter, hooks)),
  };
}
