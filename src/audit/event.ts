/** Why a stored credential was not used. */
export type CredentialRefusal =
  /** There is no record where one should be. */
  | 'missing'
  /** It was tampered with, or is another credential's, or an earlier version's. */
  | 'unreadable'
  /** Where it is kept could not be asked, or gave none. */
  | 'backend-failed';

/** Whatever an event may say beyond what it is, in the clear only while it is made or read. */
interface AuditFields {
  /** The subject of whoever it was done for; null where the gateway did it by itself. */
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
  readonly method: string;
  /** The session's public id, as the API lists it; null where sessions of the user share an isolate. */
  readonly session: string | null;
  readonly client: string | null;
  /** The id of the client's installation. */
  readonly installation: string | null;
  readonly cause: 'asked' | 'access-ended' | 'ended' | 'answer-lost';
  readonly reason: CredentialRefusal;
  /** Definitions of a server by kind and name, such as `tools/search`. */
  readonly definitions: string;
  /** Of the definition, SHA-256 in base64url. */
  readonly hash: string;
  /** The id of the approval. */
  readonly approval: string;
  /** The subject of whoever wants to make the call. */
  readonly asker: string;
  /** The rule that asks for the approval, by id, and the version of the policy that it is of. */
  readonly rule: string;
  readonly policyVersion: number;
  /** How far the approval reaches. */
  readonly decision: 'once' | 'session' | 'period' | 'refuse' | null;
}

/** Somebody does something to a server of their organisation's catalog; it is not done, unless this is on record. */
const CHANGE = {
  outcome: 'allowed',
  fields: ['user', 'server', 'version', 'client', 'installation'],
} as const;

/** Somebody changes what calls are decided by; it is not changed, unless this is on record. */
const POLICY_CHANGE = { outcome: 'allowed', fields: ['user', 'version', 'client', 'installation'] } as const;

/** Somebody decides about a definition of a server; it is not decided, unless this is on record. */
const DECISION = ['user', 'server', 'definitions', 'hash', 'client', 'installation'] as const;

/** Something becomes of the approval of a call; it does not, unless this is on record. `client` and `installation` are those of the call. */
const APPROVAL = [
  'user',
  'approval',
  'asker',
  'client',
  'installation',
  'server',
  'definitions',
  'hash',
  'rule',
  'policyVersion',
] as const;

const WHICH = ['user', 'connection', 'owner', 'version'] as const;

/**
 * Every kind of event, with how what it tells of ended, and with its fields. A field that comes later changes nothing about
 * events that are stored: their hash is that of their own text.
 */
const AUDIT_EVENTS = {
  /** A credential is about to be put into a request; it is not, unless this is on record. */
  'credential.used': {
    outcome: 'allowed',
    fields: [...WHICH, 'server', 'origin', 'method', 'session', 'client', 'installation'],
  },
  /** A credential was connected or entered. */
  'credential.kept': { outcome: 'done', fields: WHICH },
  'credential.dropped': { outcome: 'done', fields: [...WHICH, 'cause'] },
  /** A third party gave a new one for it. */
  'credential.refreshed': { outcome: 'done', fields: WHICH },
  /** A third party says that it is over. */
  'credential.died': { outcome: 'failed', fields: [...WHICH, 'cause'] },
  /** What is stored failed a check, or could not be had. */
  'credential.refused': { outcome: 'refused', fields: [...WHICH, 'server', 'reason'] },
  /** `version` is the one that comes to be, or is put in use. */
  'server.created': CHANGE,
  'server.updated': CHANGE,
  'server.disabled': CHANGE,
  'server.enabled': CHANGE,
  'server.rolled-back': CHANGE,
  /** With all of its versions; `version` is the one that was in use. */
  'server.deleted': CHANGE,
  /** Somebody changes the policy; `version` is the one that comes to be. */
  'policy.saved': POLICY_CHANGE,
  /** Somebody puts in use again what an earlier version said; `version` is the one that comes to be. */
  'policy.rolled-back': POLICY_CHANGE,
  /** A remote server offers something that it did not offer before, which is hidden until it is approved. */
  'definition.drifted': { outcome: 'refused', fields: ['user', 'server', 'definitions'] },
  'definition.approved': { outcome: 'allowed', fields: DECISION },
  'definition.refused': { outcome: 'allowed', fields: DECISION },
  'approval.asked': { outcome: 'allowed', fields: APPROVAL },
  'approval.given': { outcome: 'allowed', fields: [...APPROVAL, 'decision'] },
  'approval.refused': { outcome: 'refused', fields: APPROVAL },
  /** One that was for one call; the call's own record has the id of any. */
  'approval.used': { outcome: 'allowed', fields: APPROVAL },
  'approval.withdrawn': { outcome: 'allowed', fields: APPROVAL },
} as const satisfies Readonly<Record<string, { outcome: string; fields: readonly (keyof AuditFields)[] }>>;

/** What happened, as a stable name. */
export type AuditKind = keyof typeof AUDIT_EVENTS;

type FieldOf<Kind extends AuditKind> = (typeof AUDIT_EVENTS)[Kind]['fields'][number];

/** What a recorder says of something that happens. */
export type AuditEntry = {
  [Kind in AuditKind]: { readonly kind: Kind } & Pick<AuditFields, FieldOf<Kind>>;
}[AuditKind];

/** The entry of one kind. */
export type EntryOf<Kind extends AuditKind> = Extract<AuditEntry, { readonly kind: Kind }>;

/** An entry as it is on record. */
export type AuditEvent = AuditEntry & AuditStamp & { readonly outcome: string };

/** What the trail adds to an entry. */
export interface AuditStamp {
  /** A UUID (RFC 9562); an event that is delivered twice is stored once by it. */
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly atMs: number;
  readonly tenant: string;
}

/** The event that an entry becomes. Members that its kind does not have are left out. */
export function eventOf(entry: AuditEntry, { id, atMs, tenant }: AuditStamp): AuditEvent {
  const { outcome, fields } = AUDIT_EVENTS[entry.kind];
  const said = Object.fromEntries(fields.map(field => [field, entry[field as keyof AuditEntry]]));
  return { ...said, kind: entry.kind, id, atMs, tenant, outcome } as unknown as AuditEvent;
}

/**
 * The one spelling of an event (RFC 8785, for what events are: flat objects of texts, whole numbers and null): without
 * spaces, members sorted by name. It is one line, whatever it holds.
 */
export function canonicalText(event: AuditEvent): string {
  return JSON.stringify(event, Object.keys(event).toSorted());
}
