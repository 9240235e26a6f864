import { randomUUID } from 'node:crypto';
import { GatehouseError } from '../../../errors.ts';
import { failure, type Outcome } from '../../../protocol/message.ts';
import type { ClientProfile } from '../../../protocol/modern.ts';
import type { CallHooks, InnerRequest } from '../../connector.ts';
import { withDeadline } from '../../deadline.ts';
import { isRepeatable } from '../../guarded/repeatable.ts';
import { upstreamError } from '../../http-exchange.ts';
import { cancelled } from '../../upstream-failure.ts';
import type { RemoteParts } from '../remote-parts.ts';
import { readState } from './call-state.ts';
import { LegacyRounds } from './legacy-rounds.ts';
import { linksRefused } from './link-required.ts';
import { SessionFeed } from './session-feed.ts';
import type { OpenSession } from './sessions.ts';
import { InitializeRefused, openUpstreamSession } from './upstream-session.ts';

/** The way of one caller to a server of the 2025 revisions, over the sessions that are remembered. */
export class LegacyBridge {
  readonly #parts: RemoteParts;
  readonly #rounds: LegacyRounds;

  constructor(parts: RemoteParts) {
    this.#parts = parts;
    this.#rounds = new LegacyRounds(parts);
  }

  /** Answers a request of the inner language. @throws InitializeRefused. */
  async call(request: InnerRequest, hooks: CallHooks): Promise<Outcome> {
    try {
      return await this.#answered(request, hooks);
    } catch (error) {
      if (error instanceof InitializeRefused) throw error;
      return failure(hooks.signal.aborted ? cancelled() : upstreamError(this.#parts.endpoint.server, error));
    }
  }

  /** Does something in the client's session, and forgets the session where the server has. */
  async whileOpen<Result>(
    client: ClientProfile,
    work: (open: OpenSession) => Promise<Result>,
  ): Promise<Result> {
    const open = await this.#open(client);
    try {
      return await work(open);
    } catch (error) {
      if (isLost(error)) this.#parts.memory.sessions.forget(open.session);
      throw error;
    }
  }

  async #answered(request: InnerRequest, hooks: CallHooks): Promise<Outcome> {
    const { method, params } = request;
    if (params.requestState === undefined) return this.#called(request, hooks);
    const state = readState(params.requestState);
    if (state.kind === 'asked') return this.#rounds.resume(state, request, hooks);
    return linksRefused(method, params, state.keys) ?? this.#called(request, hooks);
  }

  /** Calls from the beginning; in another session, once, where the first is lost and that does no harm. */
  async #called(request: InnerRequest, hooks: CallHooks): Promise<Outcome> {
    const begin = () =>
      this.whileOpen(request.client, open => this.#rounds.begin(open, randomUUID(), request, hooks));
    try {
      return await begin();
    } catch (error) {
      if (isLost(error) && isRepeatable(request)) return begin();
      throw error;
    }
  }

  /** Several calls may wait for a session to open, so none of them can cancel it. */
  #open(client: ClientProfile): Promise<OpenSession> {
    const { endpoint, memory, settings } = this.#parts;
    const { DEFINITIONS_TIMEOUT_MS, MAX_RESULT_BYTES: maxBytes } = settings;
    return memory.sessions.for(client, async () => {
      const session = await withDeadline(DEFINITIONS_TIMEOUT_MS, undefined, ({ signal }) =>
        openUpstreamSession(endpoint, client, { signal, maxBytes }),
      );
      return { session, feed: new SessionFeed(session, heard => memory.definitions.hear(heard)) };
    });
  }
}

function isLost(error: unknown): boolean {
  return error instanceof GatehouseError && error.code === 'upstream_session_lost';
}
