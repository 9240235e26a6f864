interface Stored<Message> {
  readonly streamId: string;
  readonly message: Message;
}

/**
 * The events of one session, in memory, as both SDK lines want an event store to be: ids tell their stream, and only that
 * stream is replayed (MCP 2025-11-25, "Resumability and Redelivery").
 */
export class EventLog<Message> {
  readonly #events: Stored<Message>[] = [];

  async storeEvent(streamId: string, message: Message): Promise<string> {
    this.#events.push({ streamId, message });
    return `${streamId}.${this.#events.length}`;
  }

  async getStreamIdForEventId(eventId: string): Promise<string | undefined> {
    return this.#events[numberOf(eventId) - 1]?.streamId;
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: { send: (eventId: string, message: Message) => Promise<void> },
  ): Promise<string> {
    const seen = numberOf(lastEventId);
    const streamId = this.#events[seen - 1]?.streamId ?? '';
    for (const [index, event] of this.#events.entries()) {
      if (index >= seen && event.streamId === streamId) {
        // A priming event has no message: it only says where the stream begins.
        if (isMessage(event.message)) await send(`${streamId}.${index + 1}`, event.message);
      }
    }
    return streamId;
  }
}

function numberOf(eventId: string): number {
  return Number(eventId.slice(eventId.lastIndexOf('.') + 1));
}

function isMessage(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'jsonrpc' in message;
}
