import { expect } from 'vitest';
import { AgentIdentity } from '../../src/cli/agent-identity.ts';

/** What a tool answered. */
export interface ToolResult {
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
  readonly _meta?: Readonly<Record<string, unknown>> | undefined;
}

/** What may accompany a tool call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (step: { progress: number; total?: number | undefined }) => void;
  /** What goes with the request as its `_meta`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** A form that a server shows to the user, and what became of it. */
export interface Form {
  readonly message: string;
  readonly fields: readonly string[];
}
export type FormReply = {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Record<string, string | number | boolean | string[]>;
};

/** A link that a server asks the user to open. */
export interface Link {
  readonly message: string;
  readonly url: string;
  /** In the 2025 revisions only. */
  readonly elicitationId?: string | undefined;
}

/** Who is on the client's side when a server asks. Tests replace the answers. */
export interface Person {
  fillIn(form: Form): FormReply | Promise<FormReply>;
  /** Only clients that declare it are asked to open links. */
  open(link: Link): FormReply | Promise<FormReply>;
  /** The reply of the client's model to a prompt. */
  generate(prompt: string): string;
  roots: readonly { uri: string; name?: string }[];
}

/** A notification as it reached the application. */
export interface Heard {
  readonly method: string;
  readonly params: unknown;
}

interface Named {
  readonly name: string;
  readonly [member: string]: unknown;
}
interface Paged {
  readonly nextCursor?: string | undefined;
}

/** What the clients of all SDK lines offer under the same name. */
export interface Verbs {
  listTools(params?: { cursor?: string }): Promise<Paged & { tools: readonly Named[] }>;
  listPrompts(params?: { cursor?: string }): Promise<Paged & { prompts: readonly Named[] }>;
  listResources(params?: { cursor?: string }): Promise<Paged & { resources: readonly (Named & Addressed)[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: readonly Named[] }>;
  readResource(params: { uri: string }): Promise<{ contents: readonly unknown[] }>;
  getPrompt(params: {
    name: string;
    arguments?: Record<string, string>;
  }): Promise<{ messages: readonly unknown[] }>;
  complete(params: CompleteParams): Promise<{ completion: { values: string[] } }>;
  getServerVersion(): { name: string; version: string; title?: string | undefined } | undefined;
  getServerCapabilities(): object | undefined;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

interface Addressed {
  readonly uri: string;
}
interface CompleteParams {
  ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };
  argument: { name: string; value: string };
  context?: { arguments: Record<string, string> };
}

/** A connected client of one SDK line; what the lines do differently reads the same here. */
export interface TestClient {
  readonly sdk: Verbs;
  readonly transport: {
    readonly sessionId?: string | undefined;
    terminateSession(): Promise<void>;
  };
  readonly identity: AgentIdentity;
  readonly person: Person;
  /** What servers said on their own account, oldest first. */
  readonly heard: Heard[];
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  /** From which level on this client wants log messages. */
  setLogLevel(level: 'debug' | 'info' | 'warning'): Promise<void>;
  /** Follows list changes and one resource; resolves to what ends following the resource. */
  follow(uri: string): Promise<() => Promise<void>>;
  /** The cheapest request there is: `ping`, or `server/discover` where that is gone. */
  reach(): Promise<unknown>;
}

/** A client that may have to be signed in before it is connected. */
export interface Attempt {
  /** @throws the line's `UnauthorizedError` once its user has been sent to the browser. */
  connect(): Promise<TestClient>;
  /** Takes what the browser brought back. */
  finishAuth(): Promise<void>;
}

/** One line of the official SDK, in one way of using it. */
export interface ClientLine {
  readonly name: string;
  readonly UnauthorizedError: new (...args: never[]) => Error;
  /** With a session id, a client of the 2025 revisions goes on in that session instead of opening one. */
  begin(url: URL, identity: AgentIdentity, sessionId?: string, capabilities?: Capabilities): Attempt;
}

/** Signs a user in as the SDKs' documentation tells applications to: try, be refused, authorize, try again. */
export async function signIn(
  line: ClientLine,
  url: URL,
  user: string,
  capabilities = CAPABILITIES,
): Promise<TestClient> {
  const identity = new AgentIdentity(user, line.name);
  const refused = line.begin(url, identity);
  await expect(refused.connect()).rejects.toBeInstanceOf(line.UnauthorizedError);
  await refused.finishAuth();
  return line.begin(url, identity, undefined, capabilities).connect();
}

/** A person who has not been told what to say, and so refuses. */
export function newPerson(): Person {
  return {
    fillIn: () => ({ action: 'cancel' }),
    open: () => ({ action: 'cancel' }),
    generate: () => '',
    roots: [],
  };
}

/** What clients of the tests declare. */
export const CAPABILITIES: Capabilities = { elicitation: { form: {} }, sampling: {}, roots: {} };

/** The same of clients that open links. */
export const LINK_CAPABILITIES: Capabilities = {
  ...CAPABILITIES,
  elicitation: { form: {}, url: {} },
};

/** What a client declares. */
export interface Capabilities {
  readonly elicitation: { form: Record<string, never>; url?: Record<string, never> };
  readonly sampling: Record<string, never>;
  readonly roots: Record<string, never>;
}

/** Has the person answer what `elicitation/create` asks. */
export function reply(
  person: Person,
  params: { mode?: string | undefined; message: string; url?: string; requestedSchema?: unknown },
): FormReply | Promise<FormReply> {
  return params.mode === 'url' ? person.open(params as Link) : person.fillIn(formOf(params));
}

/** Reads a form from the parameters of `elicitation/create`. */
export function formOf(params: { message: string; requestedSchema?: unknown }): Form {
  const { properties = {} } = (params.requestedSchema ?? {}) as { properties?: object };
  return { message: params.message, fields: Object.keys(properties) };
}

/** Reads the prompt from the parameters of `sampling/createMessage`. */
export function promptOf({ messages }: { messages: readonly { content: unknown }[] }): string {
  const [block] = [messages[0]?.content].flat() as { text?: string }[];
  return block?.text ?? '';
}
