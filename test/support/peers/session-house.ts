/** What a session needs of a transport; the Streamable HTTP transports of both SDK lines have it. */
export interface SessionTransport {
  handleRequest(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** How a transport says what becomes of its session. */
export interface SessionHooks {
  sessionIdGenerator(): string;
  onsessioninitialized(id: string): void;
  onsessionclosed(id: string): void;
}

/** The sessions of a server of the 2025 revisions: one transport, with a server of its own, per session id. */
export class SessionHouse {
  readonly #sessions = new Map<string, SessionTransport>();
  readonly #open: (hooks: SessionHooks) => Promise<SessionTransport>;

  /** @param open makes the transport of a new session, with a server connected to it. */
  constructor(open: (hooks: SessionHooks) => Promise<SessionTransport>) {
    this.#open = open;
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Forgets all sessions, as a restart would of a server that keeps them in memory: their ids are answered 404. */
  async lose(): Promise<void> {
    const lost = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.all(lost.map(transport => transport.close()));
  }

  readonly answer = async (request: Request): Promise<Response> => {
    const id = request.headers.get('mcp-session-id');
    if (id === null) return (await this.#fresh()).handleRequest(request);
    const session = this.#sessions.get(id);
    return session ? session.handleRequest(request) : unknownSession();
  };

  /** Kept only once its client has initialized it. */
  async #fresh(): Promise<SessionTransport> {
    const transport = await this.#open({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: id => void this.#sessions.set(id, transport),
      onsessionclosed: id => void this.#sessions.delete(id),
    });
    return transport;
  }
}

function unknownSession(): Response {
  const error = { code: -32001, message: 'Session not found' };
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 404 });
}
