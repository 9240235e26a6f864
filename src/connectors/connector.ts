import type { InnerNotification, JsonObject, Outcome } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';

/** One request of the inner language, without an id: every hop has its own. */
export interface InnerRequest {
  readonly method: string;
  readonly params: JsonObject;
  readonly client: ClientProfile;
  /** `Mcp-Param-*` headers, by lower-case name. */
  readonly paramHeaders?: Readonly<Record<string, string>>;
  /** The definition of the tool that is called, as it was shown; names in it are the server's own. */
  readonly tool?: JsonObject;
  /**
   * Whether the request may be sent a second time although a first may have been carried out: it only reads, or does no more the
   * second time. Set by the guard (`guarded`), for connectors to go by when their session is lost.
   */
  readonly isRepeatable?: boolean;
}

/** What accompanies a call while it runs. */
export interface CallHooks {
  /** Aborting it cancels the call upstream. */
  readonly signal: AbortSignal;
  /** Progress and log messages, as they come. */
  notify(notification: InnerNotification): void;
}

/** What accompanies an open subscription. */
export interface ListenHooks extends CallHooks {
  /** The part of the filter that the server honours. */
  acknowledged(filter: JsonObject): void;
}

/**
 * The way to one server, hosted or remote: the same interface for every kind. It speaks revision 2026-07-28
 * inwards and never throws: a failure is an outcome.
 */
export interface Connector {
  readonly server: string;
  /** What answers for it now: the digest of its code with its settings, or its address. How an operator has it shown makes no other of it. */
  readonly version: string;
  call(request: InnerRequest, hooks: CallHooks): Promise<Outcome>;
  /** Whether the caller may follow one of its resources; where this is not there, nothing says no. */
  mayFollow?(uri: string): Promise<boolean>;
  /** Holds `subscriptions/listen` open until the signal aborts or the server ends it. */
  listen(filter: JsonObject, client: ClientProfile, hooks: ListenHooks): Promise<void>;
}
