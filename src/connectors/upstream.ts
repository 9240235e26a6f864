import type { Definitions } from '../catalog/definitions.ts';
import type { Connector } from './connector.ts';
import type { NamedKind, Names } from './names.ts';

/** A tool or prompt that a server has and nobody may see or call. */
export interface HiddenDefinition {
  readonly kind: NamedKind;
  /** The server's own. */
  readonly name: string;
  /** Why, and what would help, for whoever calls it all the same. */
  readonly reason: string;
}

/** What a server offers at an endpoint; names in it are its own. */
export interface OfferedDefinitions extends Definitions {
  /** Why this is not what the server says now, where it is not: what it offered before is shown instead. */
  readonly note?: string;
  readonly hidden?: readonly HiddenDefinition[];
}

/** One server behind an endpoint. */
export interface Upstream {
  readonly connector: Connector;
  /** How its names read there. */
  readonly names: Names;
  readonly definitions: () => Promise<OfferedDefinitions>;
}

/** A server that has said what it offers. */
export interface ReadyUpstream extends Pick<Upstream, 'connector' | 'names'> {
  readonly definitions: OfferedDefinitions;
}
