import { publish } from '../support/catalog.ts';
import { startLegacyFixture, startModernFixture } from '../support/peers/fixture.ts';
import { type Peer, remoteDocument } from '../support/peers/peer.ts';
import { startSdk1Server } from '../support/peers/sdk-1-server.ts';
import type { Kind } from './kind.ts';

/** The columns whose servers are outside the gateway. */
export const REMOTE_KINDS: readonly Kind[] = [
  remoteKind('legacy remote', 'legacy', startSdk1Server),
  remoteKind('legacy remote by SDK 2.4', 'legacy-2', startLegacyFixture),
  remoteKind('modern remote', 'modern', startModernFixture),
];

/** A peer, added as a remote that needs no credential. */
function remoteKind(name: string, server: string, start: () => Promise<Peer>): Kind {
  return {
    name,
    server,
    async add(gateway) {
      const peer = await start();
      await publish(gateway, remoteDocument(server, peer.url));
      return peer;
    },
  };
}
