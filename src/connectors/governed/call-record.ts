import type { EntryOf } from '../../audit/event.ts';
import { canonicalJson } from '../../catalog/pins/canonical-json.ts';
import { itemOf } from '../../catalog/pins/definition-item.ts';
import { utf8 } from '../../crypto/bytes.ts';
import type { Caller } from '../../policy/facts.ts';
import { isObject, type JsonObject, type Outcome } from '../../protocol/message.ts';
import type { InnerRequest } from '../connector.ts';
import { callEnd } from './call-outcome.ts';
import type { CallNotes, GovernedCall } from './governed-call.ts';

/** What is the same for all calls of one request's caller. */
export interface CallOrigin {
  /** The id of the client's installation. */
  readonly installation: string;
  /** The session's public id. */
  readonly session: string;
  readonly era: '2025' | '2026';
  /** Whether the organisation wants the arguments themselves on record. */
  readonly keepsArguments: boolean;
  /** A keyed digest, so that nobody who reads it can try out what it is of. */
  digestOf(text: string): string;
}

/** Longer arguments are cut: an event must fit into a row. In UTF-16 code units. */
const MAX_ARGUMENTS_LENGTH = 16_384;

/** Of all names of groups together, in UTF-16 code units; where there is more, none is recorded. */
const MAX_GROUPS_LENGTH = 4096;

/** The record of one round of a call. */
export function callRecord(call: GovernedCall, outcome: Outcome, origin: CallOrigin): EntryOf<'call.ended'> {
  const { facts, server, request, hooks, startedAtMs, notes } = call;
  const { caller, called } = facts;
  const end = callEnd(outcome, hooks.signal.aborted);
  return {
    kind: 'call.ended',
    ...whose(caller, origin),
    server: server.name,
    code: server.codeHash,
    method: request.method,
    name: called.kind === 'resource' ? null : called.name,
    hash: request.tool ? definitionHash(request.tool) : null,
    connections: listed(server.connections),
    ...decided(notes),
    ...asked(request, notes, origin),
    ...end,
    bytesOut: jsonBytes(outcome.kind === 'result' ? outcome.result : outcome.error),
    durationMs: Date.now() - startedAtMs,
    trace: call.trace.traceId,
  };
}

/** The length of a value as JSON, in bytes of UTF-8. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function whose(
  { subject, client, roles, groups, country }: Caller,
  { installation, session, era }: CallOrigin,
) {
  const text = JSON.stringify(groups);
  const hasGroups = groups.length > 0 && text.length <= MAX_GROUPS_LENGTH;
  const who = { user: subject, client, installation, session, era };
  return { ...who, roles: listed(roles), groups: hasGroups ? text : null, country };
}

/** A limit that refused is what decided. */
function decided({ decision, approval, limit, found }: CallNotes) {
  const { effect = null, rule = null, version = null } = decision ?? {};
  return { effect, rule: limit ?? rule, policyVersion: version, approval, found: listed(found) };
}

/** What was asked for: a digest of it, and itself where that is wanted and no guard has found in it what should be nowhere. */
function asked(
  { method, params }: InnerRequest,
  { found }: CallNotes,
  { keepsArguments, digestOf }: CallOrigin,
) {
  const text = canonicalJson(argumentsOf(method, params));
  const isKept = keepsArguments && found.length === 0;
  return { digest: digestOf(text), bytesIn: utf8(text).length, arguments: isKept ? cut(text) : null };
}

/** A resource's URI says as much as arguments do. */
function argumentsOf(
  method: string,
  { uri, arguments: given, ref, argument, context }: JsonObject,
): JsonObject {
  if (method === 'resources/read') return { uri };
  if (method === 'completion/complete') return { ref, argument, context };
  return isObject(given) ? given : {};
}

function cut(text: string): string {
  return text.length > MAX_ARGUMENTS_LENGTH ? `${text.slice(0, MAX_ARGUMENTS_LENGTH)}…` : text;
}

const HASHES = new WeakMap<JsonObject, string>();

function definitionHash(tool: JsonObject): string {
  const hash = HASHES.get(tool) ?? itemOf('tools', tool).hash;
  HASHES.set(tool, hash);
  return hash;
}

function listed(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(' ');
}
