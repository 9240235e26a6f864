import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { GatehouseError } from '../../../errors.ts';
import type { JsonObject } from '../../../protocol/message.ts';
import { type ClientProfile, metaOf } from '../../../protocol/modern.ts';
import { LEGACY_REVISIONS, REVISIONS } from '../../../protocol/revision.ts';
import { readOutcome } from '../../http-exchange.ts';
import { upstreamFailure } from '../../upstream-failure.ts';
import { isOtherEraStatus } from '../era.ts';
import type { RemoteEndpoint } from '../remote-endpoint.ts';
import { askableCapabilities } from './askable.ts';
import { LogLevels } from './log-levels.ts';
import { Replies } from './replies.ts';
import { type SessionAddress, SessionHttp } from './session-http.ts';

/** Revisions before those that we serve speak the same over Streamable HTTP, as far as we use it. */
const SPOKEN: readonly string[] = [...LEGACY_REVISIONS, '2024-11-05'];

const initializedSchema = z.object({
  protocolVersion: z.string(),
  capabilities: z.record(z.string(), z.unknown()),
  serverInfo: z.record(z.string(), z.unknown()),
  instructions: z.string().optional(),
});

/** A server refuses to be initialized, so it may speak another language by now. */
export class InitializeRefused extends GatehouseError {}

/** A session with a server of the 2025 revisions: one per caller and what their client can do. */
export class UpstreamSession {
  readonly server: string;
  readonly address: SessionAddress;
  readonly http: SessionHttp;
  readonly logs: LogLevels;
  readonly replies: Replies;
  /** What the server says of itself, as `server/discover` has it; null where the session was taken up again after a restart. */
  readonly discovered: JsonObject | null;

  constructor(endpoint: RemoteEndpoint, address: SessionAddress, discovered: JsonObject | null) {
    this.server = endpoint.server;
    this.address = address;
    this.http = new SessionHttp(endpoint, address);
    this.replies = new Replies(this.http);
    this.discovered = discovered;
    this.logs = new LogLevels(this.http, this.capability('logging') !== undefined);
  }

  /** What a server declares of one of its capabilities. */
  capability(name: string): unknown {
    return (this.discovered?.capabilities as JsonObject | undefined)?.[name];
  }

  /** Who answers, for `_meta` of results. */
  get serverInfo(): unknown {
    return metaOf(this.discovered ?? {})[SERVER_INFO_META_KEY];
  }
}

/** Opens a session. @throws GatehouseError {@link InitializeRefused}, or why the server cannot be reached. */
export async function openUpstreamSession(
  endpoint: RemoteEndpoint,
  client: ClientProfile,
  { signal, maxBytes }: { readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<UpstreamSession> {
  const params = {
    protocolVersion: LEGACY_REVISIONS[0],
    capabilities: askableCapabilities(client.capabilities),
    clientInfo: client.info ?? { name: 'gatehouse', version: '1' },
  };
  const id = 'initialize';
  const response = await initializeResponse(endpoint, { id, method: 'initialize', params }, signal);
  const outcome = await readOutcome(response, () => {}, { id, maxBytes, signal });
  if (outcome.kind === 'error') throw refused(endpoint.server);
  const parsed = initializedSchema.safeParse(outcome.result);
  if (!parsed.success || !SPOKEN.includes(parsed.data.protocolVersion)) throw refused(endpoint.server);
  const address = { id: response.headers.get('mcp-session-id'), revision: parsed.data.protocolVersion };
  const session = new UpstreamSession(endpoint, address, discoveredOf(parsed.data));
  const accepted = await session.http.post({ method: 'notifications/initialized' }, signal);
  await accepted.body?.cancel();
  return session;
}

async function initializeResponse(
  endpoint: RemoteEndpoint,
  message: JsonObject,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await new SessionHttp(endpoint).post(message, signal);
  } catch (error) {
    const status =
      error instanceof GatehouseError ? (error.data as JsonObject | undefined)?.status : undefined;
    throw isOtherEraStatus(Number(status)) ? refused(endpoint.server) : error;
  }
}

/** Tasks are not bridged. */
function discoveredOf({
  capabilities,
  serverInfo,
  instructions,
}: z.infer<typeof initializedSchema>): JsonObject {
  const { tasks: _tasks, ...bridged } = capabilities;
  return {
    supportedVersions: [...REVISIONS],
    capabilities: bridged,
    ...(instructions !== undefined && { instructions }),
    _meta: { [SERVER_INFO_META_KEY]: serverInfo },
  };
}

function refused(server: string): InitializeRefused {
  const words = `The server "${server}" speaks no revision of MCP that is spoken here.`;
  const { message, data } = upstreamFailure('upstream_failed', words, 'not-sent');
  return new InitializeRefused('upstream_failed', message, data);
}
