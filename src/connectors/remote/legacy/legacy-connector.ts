import { GatehouseError } from '../../../errors.ts';
import { failure } from '../../../protocol/message.ts';
import type { Connector } from '../../connector.ts';
import type { RemoteParts } from '../remote-parts.ts';

/** Reaches a server of the 2025 revisions. */
export function legacyConnector({ endpoint: { server } }: RemoteParts): Connector {
  const unserved = new GatehouseError(
    'upstream_failed',
    `The server "${server}" speaks no revision that is served.`,
  );
  return {
    server,
    call: async () => failure(unserved),
    async listen() {
      throw unserved;
    },
  };
}
