import { AuditLog, type FoundEvent } from '../../audit/audit-log.ts';
import type { Env } from '../../env.ts';
import type { Role } from '../../principal.ts';
import { isObject, type JsonObject } from '../../protocol/message.ts';
import type { Called, Facts } from '../facts.ts';
import type { RecordedCall } from './replay.ts';

/** How many calls can be decided about again at a time. */
export const MAX_REPLAYED = 5000;

/** How many events of all kinds are looked through for them. */
const MAX_EVENTS = 20_000;
const PAGE_SIZE = 500;

/** What a tool says of itself now (MCP, `ToolAnnotations`): of what it said then there is only a digest on record. */
export type HintsOf = (server: string, tool: string) => JsonObject;

/** How a call is on record, as far as a policy goes by it. Members are texts; see docs/audit.md. */
type CallEvent = Readonly<Record<string, unknown>>;

/** The last calls on the audit trail of an organisation, newest first; fewer where other events lie between too many of them. */
export async function recordedCalls(
  env: Env,
  tenant: string,
  last: number,
  hintsOf: HintsOf,
): Promise<RecordedCall[]> {
  const log = new AuditLog(env, tenant);
  const calls: RecordedCall[] = [];
  let cursor: string | null = '';
  for (let seen = 0; cursor !== null && seen < MAX_EVENTS && calls.length < last; seen += PAGE_SIZE) {
    const page: Awaited<ReturnType<AuditLog['events']>> = await log.events(cursor, PAGE_SIZE);
    calls.push(...page.events.flatMap(found => callOf(tenant, found, hintsOf)));
    cursor = page.next;
  }
  return calls.slice(0, last);
}

/** The call that an event tells of; none where it tells of something else, or cannot be opened. */
export function callOf(tenant: string, { row, event }: FoundEvent, hintsOf: HintsOf): RecordedCall[] {
  const said = event as unknown as CallEvent | null;
  if (said === null || said.kind !== 'call.ended') return [];
  const facts = factsOf(tenant, said, row.atMs, hintsOf);
  const effect =
    said.effect === 'allow' || said.effect === 'deny' || said.effect === 'approve' ? said.effect : null;
  return [{ event: row.id, facts, effect, rule: textOrNull(said.rule) }];
}

function factsOf(tenant: string, said: CallEvent, atMs: number, hintsOf: HintsOf): Facts {
  const given = argumentsOf(said.arguments);
  const called = calledBy(tenant, said, given, hintsOf);
  const caller = {
    tenant,
    subject: text(said.user),
    client: text(said.client),
    roles: listOf(said.roles) as Role[],
    groups: groupsOf(said.groups),
    country: textOrNull(said.country),
  };
  return { caller, called, arguments: called.kind === 'resource' ? {} : given, atMs };
}

/** Of a resource its URI is among the arguments; of what is completed there is no more than that. */
function calledBy(tenant: string, said: CallEvent, given: JsonObject | null, hintsOf: HintsOf): Called {
  const server = text(said.server);
  const kind = said.method === 'tools/call' ? 'tool' : textOrNull(said.name) === null ? 'resource' : 'prompt';
  const name = kind === 'resource' ? uriOf(given) : text(said.name);
  const annotations = kind === 'tool' ? hintsOf(server, name) : {};
  return { tenant, server, kind, name, annotations, connections: listOf(said.connections) };
}

function uriOf(given: JsonObject | null): string {
  const { uri, ref } = given ?? {};
  return text(uri ?? (isObject(ref) ? ref.uri : undefined));
}

/** Null where they are not on record, or not all of them. */
function argumentsOf(recorded: unknown): JsonObject | null {
  try {
    const given: unknown = JSON.parse(text(recorded));
    return isObject(given) ? given : null;
  } catch {
    return null;
  }
}

function groupsOf(recorded: unknown): string[] {
  try {
    const groups: unknown = JSON.parse(text(recorded));
    return Array.isArray(groups) ? groups.map(String) : [];
  } catch {
    return [];
  }
}

function listOf(names: unknown): string[] {
  return text(names).split(' ').filter(Boolean);
}

function text(said: unknown): string {
  return typeof said === 'string' ? said : '';
}

function textOrNull(said: unknown): string | null {
  return typeof said === 'string' ? said : null;
}
