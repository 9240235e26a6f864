/** Why a stored credential was not used. */
export type CredentialRefusal =
  /** There is no record where one should be. */
  | 'missing'
  /** It was tampered with, or is another credential's, or an earlier version's. */
  | 'unreadable'
  /** Where it is kept could not be asked, or gave none. */
  | 'backend-failed';

/**
 * How a round of a call ended.
 * - `done`: its server answered it;
 * - `tool-error`: its server says that the tool failed;
 * - `asked`: it goes on once its user has answered;
 * - `denied`: the policy does not allow it;
 * - `refused`: another rule keeps it back: an approval, a limit, a guard;
 * - `failed`: it could not be answered, or had no effect that is known;
 * - `cancelled`: nobody waited for it any more;
 * - `unknown`: whether it took effect is not known.
 */
export type CallOutcome =
  | 'done'
  | 'tool-error'
  | 'asked'
  | 'denied'
  | 'refused'
  | 'failed'
  | 'cancelled'
  | 'unknown';

/** Whatever an event may say beyond what it is, in the clear only while it is made or read. */
export interface AuditFields {
  /** Of a kind whose events end in several ways. */
  readonly outcome: CallOutcome;
  /** The subject of whoever did it, or for whom it was done; null where the gateway did it by itself. */
  readonly user: string | null;
  /** The server whose tool it was, or that was changed; null where it was no tool's doing. */
  readonly server: string | null;
  /** The id of the connection. */
  readonly connection: string;
  /** The subject whose account keeps the credential; with the connection, it is the credential's id. */
  readonly owner: string;
  /** The credential's version, or the server's, or the policy's. */
  readonly version: number | null;
  /** Scheme, host and port that the credential is sent to. Nothing of the path or the query is recorded. */
  readonly origin: string;
  /** Of HTTP, or of MCP. */
  readonly method: string;
  /** The session's public id, as the API lists it; null where sessions of the user share an isolate. */
  readonly session: string | null;
  readonly client: string | null;
  /** The id of the client's installation. */
  readonly installation: string | null;
  readonly cause: 'asked' | 'access-ended' | 'ended' | 'answer-lost' | 'expired' | 'not-admitted';
  readonly reason: CredentialRefusal;
  /** Definitions of a server by kind and name, such as `tools/search`. */
  readonly definitions: string;
  /** Of the definition, SHA-256 in base64url. */
  readonly hash: string;
  /** Whom or what it was done to: a subject, the id of a client or of an installation, or what was read. */
  readonly target: string;
  /** The id of an identity provider. */
  readonly provider: string;
  /** The MCP endpoint. */
  readonly resource: string;
  /** Separated by spaces. */
  readonly scopes: string;
  /** The revision of MCP that a session speaks. */
  readonly revision: string;
  /** Of MCP, by the year of its revisions: `2025` has sessions, `2026` is stateless. */
  readonly era: '2025' | '2026';
  /** The server's own name of the tool or prompt. */
  readonly name: string;
  /** What answered for the server: the version of its entry in the catalog, or the digest of its code. */
  readonly code: string;
  /** The roles that the caller had, separated by spaces. */
  readonly roles: string;
  /** The groups that the caller was in, as a JSON array. */
  readonly groups: string;
  /** What the policy said. */
  readonly effect: 'allow' | 'deny' | 'approve';
  /** The rule that decided, or that asks for an approval, by id, and the version of the policy that it is of; 0 is the default one. */
  readonly rule: string;
  readonly policyVersion: number;
  /** The id of the approval. */
  readonly approval: string;
  /** The subject of whoever wants to make the call. */
  readonly asker: string;
  /** How far the approval reaches. */
  readonly decision: 'once' | 'session' | 'period' | 'refuse' | null;
  /** What guards found, as `<rule>` or `<rule>:<pattern>`, separated by spaces: never what it was. */
  readonly found: string;
  /** Keyed digest of the arguments' canonical JSON; of a resource, of its URI. The same arguments have the same digest in one organisation. */
  readonly digest: string;
  /** The canonical JSON itself, where the organisation asks for it. */
  readonly arguments: string;
  /** The connections that the server may use, by id, separated by spaces. Uses are events of their own. */
  readonly connections: string;
  /** The gateway's code of the error, or the JSON-RPC code of the server's. */
  readonly error: string;
  /** Lengths of arguments and result as JSON, UTF-8. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationMs: number;
  /** The trace id of W3C Trace Context, 32 hexadecimal digits. */
  readonly trace: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}
