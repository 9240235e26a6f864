import { WorkerEntrypoint } from 'cloudflare:workers';
import { accountTrailOf } from '../../audit/audit-trail.ts';
import { type Env, type Settings, settingsOf } from '../../env.ts';
import { GatehouseError } from '../../errors.ts';
import { operatorFetch } from '../../network/outbound-fetch.ts';
import { reportActed, reportWanted } from '../connection-wants.ts';
import { connectionsFor } from '../connections.ts';
import { credentialSourceOf } from '../credential-source.ts';
import { mayAct, sendNoted } from './act.ts';
import { toolResponse } from './answer.ts';
import type { EgressProps, EgressProtocol } from './egress-props.ts';
import { Exchange, type ExchangeParts } from './exchange.ts';
import { problemResponse } from './problem.ts';
import { readRequest } from './read-request.ts';
import { recordedSource } from './recorded-source.ts';
import { recordedUse } from './recorded-use.ts';
import { TimeLimit, waited } from './time-limit.ts';

/**
 * The only way out of a hosted server's isolate: its `globalOutbound`. Tool code calls plain `fetch`; what belongs to a
 * connection that its server declares is sent, with the credential, and everything else is refused. It has no `connect`,
 * so there are no sockets. Errors are answers, see {@link problemResponse}. Connectors to remote MCP servers go out by it too.
 */
export class Egress extends WorkerEntrypoint<Env, EgressProps> {
  override async fetch(request: Request): Promise<Response> {
    try {
      return await this.#timed(request, settingsOf(this.env));
    } catch (error) {
      return problemResponse(error);
    }
  }

  /**
   * The time limit counts from here to the end of the answer's body, or to its beginning where that may take long by its nature, and
   * ends whatever is under way.
   */
  async #timed(request: Request, settings: Settings): Promise<Response> {
    const { protocol, opened = [] } = this.ctx.props;
    const limit = timeLimit(settings, TIME_SETTINGS[protocol]);
    const signal = AbortSignal.any([request.signal, limit.signal]);
    try {
      const maxBytes = settings.EGRESS_MAX_REQUEST_BYTES;
      const asked = await readRequest(request, maxBytes, signal, protocol, opened);
      const { response, secrets } = await new Exchange(await this.#parts(settings, signal)).run(asked);
      return toolResponse(response, secrets, {
        maxBytes: settings.EGRESS_MAX_RESPONSE_BYTES,
        protocol,
        onEnd: () => limit.end(),
      });
    } catch (error) {
      throw limit.fail(request.signal.aborted ? abandoned() : error);
    }
  }

  async #parts(settings: Settings, signal: AbortSignal): Promise<ExchangeParts> {
    const { user, server, connections, protocol } = this.ctx.props;
    const trail = accountTrailOf(this.env, user);
    const defined = await connectionsFor(this.env, user.tenant);
    return {
      user,
      server,
      // In the order in which the server declares them: the first that fits is used.
      connections: connections.flatMap(id => defined.find(connection => connection.id === id) ?? []),
      credentials: recordedSource(credentialSourceOf(this.env), trail),
      allowLoopback: settings.EGRESS_ALLOW_LOOPBACK === 'true',
      retries: { maxRetries: settings.EGRESS_MAX_RETRIES, maxWaitMs: settings.EGRESS_MAX_RETRY_WAIT_MS },
      // Origins of connections are the operator's choice, and were checked by `connectionFor`.
      send: (url, init) =>
        sendNoted({
          mayAct: mayAct({ method: init.method, body: init.body, protocol }),
          send: () => operatorFetch(url, { ...init, signal }),
          onActed: () => reportActed(this.env, this.ctx.props),
        }),
      wait: ms => waited(ms, signal),
      onUse: recordedUse(trail, this.ctx.props),
      onWanted: wanted => reportWanted(this.env, this.ctx.props, wanted),
    };
  }
}

/** Nobody reads it; it keeps what a caller that leaves does to us out of the log of faults. */
function abandoned(): GatehouseError {
  return new GatehouseError('egress_failed', 'Whoever asked has gone.');
}

/** How long a request may take, by what it is for. A remote's answer to a call begins with its end, where it does not stream. */
const TIME_SETTINGS = { http: 'EGRESS_TIMEOUT_MS', mcp: 'CALL_TIMEOUT_MS' } as const satisfies Record<
  EgressProtocol,
  keyof Settings
>;

function timeLimit(settings: Settings, name: (typeof TIME_SETTINGS)[EgressProtocol]): TimeLimit {
  const ms = settings[name];
  const tooSlow = `The third party took longer than ${name} (${ms} ms).`;
  return new TimeLimit(ms, new GatehouseError('egress_timeout', tooSlow));
}
