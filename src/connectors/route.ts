import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { Connector } from './connector.ts';

/** Where a routed request goes, and how it reads there. */
export interface Route {
  readonly connector: Connector;
  readonly params: JsonObject;
  /** The tool's definition, where the method calls one. */
  readonly tool?: JsonObject;
  /** It was called through another tool, so what the client's headers say is not of this one. */
  readonly isIndirect?: boolean;
  /** It is a tool of the gateway's own, which whoever may see tools may use. */
  readonly isGatewayTool?: boolean;
}

/**
 * What a request reaches: the server, what answers for it now, and its own name of what is asked for, as one digest in base64url. The
 * rounds of a call all reach the same, since the answers of a user are only for who has asked.
 */
export function targetOf({ connector: { server, version }, params: { name, uri } }: Route): string {
  return toBase64url(sha256(lengthPrefixed(server, version, String(name ?? uri))));
}
