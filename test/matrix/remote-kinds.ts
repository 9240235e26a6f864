import { startLegacyFixture, startModernFixture } from '../support/peers/fixture.ts';
import { type Peer, remoteDocument } from '../support/peers/peer.ts';
import { startSdk1Server } from '../support/peers/sdk-1-server.ts';
import type { Kind } from './kind.ts';

/** A remote of revision 2026-07-28. */
export const MODERN_REMOTE = remoteKind('modern remote', 'modern', startModernFixture);

/** Remotes of revision 2025-11-25, by both SDK lines. */
export const LEGACY_REMOTES: readonly Kind[] = [
  remoteKind('legacy remote', 'legacy', startSdk1Server),
  remoteKind('legacy remote by SDK 2.4', 'legacy-2', startLegacyFixture),
];

/** A peer, added as a remote that needs no credential. */
function remoteKind(name: string, server: string, startPeer: () => Promise<Peer>): Kind {
  return {
    name,
    server,
    async start() {
      const { url, stop } = await startPeer();
      return { document: remoteDocument(server, url), stop };
    },
  };
}
