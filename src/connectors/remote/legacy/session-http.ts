import * as z from 'zod';
import { GatehouseError } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../protocol/message.ts';
import { traceHeaders } from '../../../telemetry/trace-context.ts';
import { upstreamFailure } from '../../upstream-failure.ts';
import type { RemoteEndpoint } from '../remote-endpoint.ts';

/** All that it takes to speak in a session: where, which, and in which revision. */
export const sessionAddressSchema = z.object({
  /** The server's; null where it keeps no sessions. */
  id: z.string().nullable(),
  /** As it was negotiated. */
  revision: z.string(),
});

export type SessionAddress = Readonly<z.infer<typeof sessionAddressSchema>>;

/** One session's HTTP: posts messages, and opens its streams (2025-11-25, "Streamable HTTP"). */
export class SessionHttp {
  readonly #endpoint: RemoteEndpoint;
  /** Undefined while there is no session yet. */
  readonly #address: SessionAddress | undefined;

  constructor(endpoint: RemoteEndpoint, address?: SessionAddress) {
    this.#endpoint = endpoint;
    this.#address = address;
  }

  /**
   * Posts a message.
   * @throws GatehouseError `upstream_session_lost`; else what the endpoint throws.
   */
  post(message: JsonObject, signal?: AbortSignal): Promise<Response> {
    return this.#send({
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...this.#headers(),
        ...traceHeaders(message.params),
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      ...(signal && { signal }),
    });
  }

  /** Posts what has no answer that matters. @throws as {@link post}; GatehouseError `upstream_failed` where it is not taken. */
  async deliver(message: JsonObject): Promise<void> {
    const { ok, status, body } = await this.post(message);
    await body?.cancel();
    if (!ok) throw notTaken(this.#endpoint.server, status);
  }

  /** The same where a failure is nobody's business but the server's. */
  async tell(message: JsonObject): Promise<void> {
    await this.deliver(message).catch(() => {});
  }

  /** Opens the session's own stream, or any stream after one of its events. */
  open(lastEventId: string | null, signal: AbortSignal): Promise<Response> {
    const after = lastEventId === null ? {} : { 'last-event-id': lastEventId };
    return this.#send({
      method: 'GET',
      headers: { accept: 'text/event-stream', ...this.#headers(), ...after },
      signal,
    });
  }

  /** Ends the session. Servers need not let their clients do that. */
  async end(): Promise<void> {
    if (!this.#address?.id) return;
    const ended = this.#send({ method: 'DELETE', headers: this.#headers() });
    await ended.then(({ body }) => body?.cancel()).catch(() => {});
  }

  async #send(init: RequestInit): Promise<Response> {
    const response = await this.#endpoint.send(init).catch(error => {
      throw this.#address?.id && statusIn(error) === 404 ? sessionLost(this.#endpoint.server) : error;
    });
    if (response.ok || !this.#address?.id) return response;
    const text = await response.text();
    if (isLost(response.status, text)) throw sessionLost(this.#endpoint.server);
    return new Response(text, response);
  }

  #headers(): Record<string, string> {
    if (!this.#address) return {};
    const { id, revision } = this.#address;
    return { 'mcp-protocol-version': revision, ...(id !== null && { 'mcp-session-id': id }) };
  }
}

/** Whether an answer says that there is no such session, in the words of the protocol (404) or of the SDK's examples (400). */
function isLost(status: number, text: string): boolean {
  if (status === 404) return true;
  return status === 400 && /"code":\s*-3200[01]\b/.test(text) && /session|not initialized/i.test(text);
}

function sessionLost(server: string): GatehouseError {
  return upstreamFailure(
    'upstream_session_lost',
    `The server "${server}" has lost the session of this call.`,
  );
}

function notTaken(server: string, status: number): GatehouseError {
  return upstreamFailure(
    'upstream_failed',
    `The server "${server}" does not take a message of its session (HTTP ${status}).`,
  );
}

function statusIn(error: unknown): unknown {
  return error instanceof GatehouseError && isObject(error.data) ? error.data.status : undefined;
}
