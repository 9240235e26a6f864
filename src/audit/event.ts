import type { AuditFields } from './event-fields.ts';

/** What a kind of event has: its outcome, unless each event tells its own, and its fields; optional ones are left out where there is nothing to say. */
interface KindShape {
  readonly outcome: string | null;
  readonly fields: readonly (keyof AuditFields)[];
  readonly optional?: readonly (keyof AuditFields)[];
}

/** Somebody does something to a person, a client or a connection; access is not given, unless this is on record. */
const ACT = { outcome: 'allowed', fields: ['user', 'client', 'installation', 'target'] } as const;

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
export const AUDIT_EVENTS = {
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
  /** A round of a call of a tool, a prompt or a resource, once it is known how it ended, and before anybody is told. */
  'call.ended': {
    outcome: null,
    fields: ['outcome', 'user', 'client', 'installation', 'session', 'server', 'method', 'era'],
    optional: [
      ...['name', 'code', 'hash', 'roles', 'groups', 'connections', 'effect', 'rule', 'policyVersion'],
      ...['approval', 'found', 'digest', 'arguments', 'error', 'bytesIn', 'bytesOut', 'durationMs'],
      ...['trace', 'country'],
    ],
  },
  'session.opened': {
    outcome: 'done',
    fields: ['user', 'client', 'installation', 'session', 'resource', 'revision'],
  },
  'session.ended': {
    outcome: 'done',
    fields: ['session', 'cause'],
    optional: ['user', 'client', 'installation'],
  },
  /** Somebody comes in by an identity provider. */
  'user.signed-in': { outcome: 'allowed', fields: ['user'], optional: ['provider'] },
  /** `target` is the user, whose access ends or is given back. */
  'user.ended': ACT,
  'user.suspended': ACT,
  'user.restored': ACT,
  /** A user lets a client in. */
  'client.connected': {
    outcome: 'allowed',
    fields: ['user', 'client', 'installation'],
    optional: ['resource', 'scopes'],
  },
  /** A user ends what they have connected; `target` is a client, one of its installations, or one session. */
  'client.ended': ACT,
  'client.blocked': ACT,
  'client.unblocked': ACT,
  'client.deleted': ACT,
  /** `target` is what was asked for. */
  'audit.read': ACT,
  /** Somebody has events written to a file, which does not begin unless this is on record; `target` is the query. */
  'audit.exported': ACT,
} as const satisfies Readonly<Record<string, KindShape>>;

/** What happened, as a stable name. */
export type AuditKind = keyof typeof AUDIT_EVENTS;

type FieldOf<Kind extends AuditKind> = (typeof AUDIT_EVENTS)[Kind]['fields'][number];
type OptionalOf<Kind extends AuditKind> = (typeof AUDIT_EVENTS)[Kind] extends {
  readonly optional: readonly (infer Field extends keyof AuditFields)[];
}
  ? Field
  : never;
type Optional<Fields> = { readonly [Field in keyof Fields]?: Fields[Field] | null | undefined };

/** What a recorder says of something that happens. */
export type AuditEntry = {
  [Kind in AuditKind]: { readonly kind: Kind } & Pick<AuditFields, FieldOf<Kind>> &
    Optional<Pick<AuditFields, OptionalOf<Kind>>>;
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
  const { outcome, fields, optional = [] }: KindShape = AUDIT_EVENTS[entry.kind];
  const member = (field: keyof AuditFields) => [field, entry[field as keyof AuditEntry]] as const;
  const said = [...fields.map(member), ...optional.map(member).filter(([, value]) => value != null)];
  const own = outcome === null ? {} : { outcome };
  return { ...Object.fromEntries(said), ...own, kind: entry.kind, id, atMs, tenant } as unknown as AuditEvent;
}

/**
 * The one spelling of an event (RFC 8785, for what events are: flat objects of texts, whole numbers and null): without
 * spaces, members sorted by name. It is one line, whatever it holds.
 */
export function canonicalText(event: AuditEvent): string {
  return JSON.stringify(event, Object.keys(event).toSorted());
}
