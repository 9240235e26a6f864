import { GatehouseError } from '../../src/errors.ts';
import type { RequestId } from '../../src/protocol/message.ts';
import type { LegacyReply } from './legacy-reply.ts';

/** A call somebody waits for: either a round of it runs, or it is parked until the user has answered. */
export interface LiveCall {
  readonly reply: LegacyReply;
  readonly controller: AbortController;
}

/** The calls of one session that have no answer yet, by the id of their request. */
export class LiveCalls {
  readonly #calls = new Map<RequestId, LiveCall>();

  /** @throws GatehouseError `request_id_in_use` when a call with the reply's id is still running. */
  add(reply: LegacyReply): LiveCall {
    const { id } = reply.request;
    if (this.#calls.has(id)) {
      const message = 'A request with this id is still running in this session.';
      throw new GatehouseError('request_id_in_use', message);
    }
    const live: LiveCall = { reply, controller: new AbortController() };
    this.#calls.set(id, live);
    return live;
  }

  delete({ reply }: LiveCall): void {
    this.#calls.delete(reply.request.id);
  }

  get(id: unknown): LiveCall | undefined {
    return this.#calls.get(id as RequestId);
  }

  /** The call that is answered on a stream. */
  onStream(stream: number | undefined): LiveCall | undefined {
    return this.all.find(({ reply }) => reply.isStreaming && reply.stream.id === stream);
  }

  get all(): readonly LiveCall[] {
    return [...this.#calls.values()];
  }
}
