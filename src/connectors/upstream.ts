import type { Definitions } from '../catalog/definitions.ts';
import type { Hidden } from '../catalog/pins/vetted.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { Connector } from './connector.ts';
import type { Names } from './names.ts';

/** What a server offers at an endpoint; names in it are its own. */
export interface OfferedDefinitions extends Definitions {
  /** Why this is not what the server says now, where it is not: what it offered before is shown instead. */
  readonly note?: string;
  readonly hidden?: readonly Hidden[];
  /** Tools that can be called and are not listed. */
  readonly unlisted?: readonly JsonObject[];
  /** What the policy keeps from whoever asks: it is in no list, and a call of it is refused by its rule. */
  readonly denied?: Pick<Definitions, 'tools' | 'prompts'>;
  /** Whether the policy keeps the whole server from whoever asks. */
  readonly isDenied?: boolean;
  /** All templates of resources, those too that may not be shown: their URIs are the server's all the same. */
  readonly claims?: Definitions['resourceTemplates'];
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
