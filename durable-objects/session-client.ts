import { isObject, type JsonObject } from '../src/protocol/message.ts';
import type { ClientProfile } from '../src/protocol/modern.ts';
import { type LegacyRevision, negotiate } from '../src/protocol/revision.ts';

/** Until the client says otherwise (`logging/setLevel`). */
const DEFAULT_LOG_LEVEL = 'info';

/** What a session remembers of its client, sealed. */
export interface SessionClient extends ClientProfile {
  readonly revision: LegacyRevision;
  readonly logLevel: string;
  /** Resources the client subscribed to. */
  readonly subscriptions: readonly string[];
}

/** Reads what a client says of itself at `initialize`. */
export function sessionClientOf(params: JsonObject | undefined): SessionClient {
  return {
    revision: negotiate(params?.protocolVersion),
    ...(isObject(params?.clientInfo) && { info: params.clientInfo }),
    capabilities: isObject(params?.capabilities) ? params.capabilities : {},
    logLevel: DEFAULT_LOG_LEVEL,
    subscriptions: [],
  };
}
