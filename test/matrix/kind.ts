import type { SubmittedDocument } from '../support/catalog.ts';

/** How far the latest `slow_count` of a server has come. */
export interface Count {
  readonly counted: number;
  readonly isRunning: boolean;
}

/** A server of one kind, as the matrix meets it. */
export interface Kind {
  /** What the table calls it. */
  readonly name: string;
  /** Its endpoint is `/mcp/<server>`. */
  readonly server: string;
  /** Starts what there is outside the gateway. */
  start(): Promise<StartedKind>;
}

/** What a server needs of the gateway, once what is outside of it runs. */
export interface StartedKind {
  /** What an operator publishes; nothing where the server is there anyway. */
  readonly document?: SubmittedDocument;
  /** Entries of the setting CONNECTIONS. */
  readonly connections?: readonly object[];
  /** Where the server cannot be asked for its count by MCP. */
  readonly count?: () => Count;
  readonly stop?: () => Promise<void>;
}
