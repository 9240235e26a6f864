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
