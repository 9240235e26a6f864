import type { PublishedAt } from '../support/catalog.ts';
import type { Peer } from '../support/peers/peer.ts';

/** A server of one kind, as the matrix meets it. */
export interface Kind {
  /** What the table calls it. */
  readonly name: string;
  /** Its endpoint is `/mcp/<server>`. */
  readonly server: string;
  /** Adds it to a gateway; returns what there is to be stopped. */
  readonly add: (gateway: PublishedAt) => Promise<Peer | undefined>;
}
