import { InitializeRequestParamsSchema } from '@modelcontextprotocol/core';
import { GatehouseError } from '../../src/errors.ts';
import type { JsonObject } from '../../src/protocol/message.ts';
import type { ClientProfile } from '../../src/protocol/modern.ts';
import { type LegacyRevision, negotiate } from '../../src/protocol/revision.ts';

/** Until the client says otherwise (`logging/setLevel`). */
const DEFAULT_LOG_LEVEL = 'info';

/** What a session remembers of its client, sealed. */
export interface SessionClient extends ClientProfile {
  readonly revision: LegacyRevision;
  readonly logLevel: string;
  /** Resources the client subscribed to. */
  readonly subscriptions: readonly string[];
  /** Until when it knows of changes of lists: Unix time in milliseconds, as its tenant counts it. */
  readonly listsAsOfMs: number;
}

/**
 * Reads what a client says of itself at `initialize`.
 * @throws GatehouseError `params_invalid`, naming the member that is wrong.
 */
export function sessionClientOf(params: JsonObject | undefined): Omit<SessionClient, 'listsAsOfMs'> {
  const parsed = InitializeRequestParamsSchema.safeParse(params);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const member = ['params', ...(issue?.path ?? [])].join('.');
    throw new GatehouseError('params_invalid', `initialize: ${member}: ${issue?.message}.`);
  }
  const { protocolVersion, clientInfo, capabilities } = parsed.data;
  return {
    revision: negotiate(protocolVersion),
    info: clientInfo as JsonObject,
    capabilities: capabilities as JsonObject,
    logLevel: DEFAULT_LOG_LEVEL,
    subscriptions: [],
  };
}
