import type { SubmittedDocument } from '../catalog.ts';
import type { Arrival, Site } from './site.ts';

/** An MCP server outside the gateway. */
export interface Peer {
  /** Its MCP endpoint. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A peer in this process, which can go away and come back. */
export interface LocalPeer extends Peer {
  /** All requests so far, oldest first. */
  readonly arrivals: readonly Arrival[];
  /** Cuts all connections as a crash would, and refuses new ones. */
  goDown(): Promise<void>;
  /** Listens again at the same address. */
  comeBack(): Promise<void>;
}

/** The handle of a peer that a site serves at `/mcp`. */
export function peerAt(site: Site): LocalPeer {
  return {
    url: `${site.origin}/mcp`,
    arrivals: site.arrivals,
    goDown: () => site.goDown(),
    comeBack: () => site.comeBack(),
    stop: () => site.goDown(),
  };
}

/** What an operator writes to add a peer that needs no credential. */
export function remoteDocument(name: string, url: string): SubmittedDocument {
  return { kind: 'remote', name, title: `The remote ${name}`, description: 'A server of the tests.', url };
}
