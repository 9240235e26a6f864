import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { AgentIdentity } from './agent-identity.ts';

/** Which era an agent speaks; the SDK would otherwise find out by itself. */
export type Era = '2025-11-25' | '2026-07-28';

/** A question of a tool to the agent's user. */
export interface Question {
  readonly message: string;
  readonly fields: readonly string[];
}

/** How the user answers: by field. */
export type AnswerQuestion = (question: Question) => Promise<Record<string, string>>;

/** Patient enough to outlive a restart of the gateway. */
const RECONNECTION = {
  initialReconnectionDelay: 250,
  maxReconnectionDelay: 1000,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: 60,
};

/** An agent built on the official SDK client, with a user who signs in and answers questions. */
export class DemoAgent {
  readonly identity: AgentIdentity;
  readonly client: Client;
  /** Answers the next questions. */
  onQuestion: AnswerQuestion;
  readonly #url: URL;
  #transport: StreamableHTTPClientTransport;

  constructor(url: string, user: string, era: Era, onQuestion: AnswerQuestion) {
    this.onQuestion = onQuestion;
    this.#url = new URL(url);
    this.identity = new AgentIdentity(user);
    this.#transport = this.#newTransport();
    this.client = new Client(
      { name: 'gatehouse-demo', version: '1.0.0' },
      {
        capabilities: { elicitation: { form: {} } },
        versionNegotiation: { mode: era === '2026-07-28' ? { pin: era } : 'legacy' },
      },
    );
    this.client.setRequestHandler('elicitation/create', async ({ params }) => {
      const schema = 'requestedSchema' in params ? params.requestedSchema : { properties: {} };
      const fields = Object.keys(schema.properties);
      return { action: 'accept', content: await this.onQuestion({ message: params.message, fields }) };
    });
  }

  get sessionId(): string | undefined {
    return this.#transport.sessionId;
  }

  /** Finds out where to sign in, signs in, and connects; returns what the person's browser was used for. */
  async connect(): Promise<'signed in' | 'was signed in'> {
    try {
      await this.client.connect(this.#transport);
      return 'was signed in';
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
    }
    await this.#transport.finishAuth(this.identity.callback);
    this.#transport = this.#newTransport();
    await this.client.connect(this.#transport);
    return 'signed in';
  }

  /** Calls a tool and returns the text of its result. */
  async call(
    name: string,
    args: Record<string, unknown>,
    onProgress?: (message: string) => void,
  ): Promise<string> {
    const result = await this.client.callTool(
      { name, arguments: args },
      onProgress && { onprogress: ({ message = '' }) => onProgress(message) },
    );
    const text = (result.content ?? []).map(block => (block.type === 'text' ? block.text : '')).join('\n');
    if (result.isError) throw new Error(`${name} failed: ${text}`);
    return text;
  }

  #newTransport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(this.#url, {
      authProvider: this.identity,
      reconnectionOptions: RECONNECTION,
    });
  }
}
