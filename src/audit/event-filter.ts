import * as z from 'zod';
import type { AuditFields } from './event-fields.ts';
import { type SearchTags, TAGGED } from './search-tags.ts';
import type { RowSearch } from './stored-events.ts';

/** How the value of a member is compared: as it is, or with each of its words, or with each text of its JSON array. */
const COMPARED = {
  id: 'whole',
  kind: 'whole',
  chain: 'whole',
  outcome: 'whole',
  user: 'whole',
  server: 'whole',
  connection: 'whole',
  owner: 'whole',
  version: 'number',
  origin: 'whole',
  method: 'whole',
  session: 'whole',
  client: 'whole',
  installation: 'whole',
  cause: 'whole',
  reason: 'whole',
  definitions: 'words',
  hash: 'whole',
  target: 'whole',
  provider: 'whole',
  resource: 'whole',
  scopes: 'words',
  revision: 'whole',
  era: 'whole',
  name: 'whole',
  code: 'whole',
  roles: 'words',
  groups: 'array',
  effect: 'whole',
  rule: 'whole',
  policyVersion: 'number',
  approval: 'whole',
  asker: 'whole',
  decision: 'whole',
  found: 'words',
  digest: 'whole',
  arguments: 'whole',
  connections: 'words',
  error: 'whole',
  bytesIn: 'number',
  bytesOut: 'number',
  durationMs: 'number',
  trace: 'whole',
  country: 'whole',
} as const satisfies Readonly<
  Record<keyof AuditFields | 'id' | 'kind' | 'chain', 'whole' | 'words' | 'array' | 'number'>
>;

type FilteredMember = keyof typeof COMPARED;

const MEMBERS = Object.keys(COMPARED) as FilteredMember[];

const wanted = (member: FilteredMember) =>
  (COMPARED[member] === 'number' ? z.coerce.number().int() : z.string().min(1).max(2000)).optional();
const time = z.iso.datetime({ offset: true }).transform(text => Date.parse(text));

/** What a query says of the events that it wants: members by name, all of which must be so, and times (RFC 3339). */
export const eventFilterSchema = z.strictObject({
  from: time.optional(),
  until: time.optional(),
  ...(Object.fromEntries(MEMBERS.map(member => [member, wanted(member)])) as Record<
    FilteredMember,
    ReturnType<typeof wanted>
  >),
});

/** Which events are wanted; `from` and `until` are Unix milliseconds. */
export type EventFilter = Readonly<z.output<typeof eventFilterSchema>>;

/** Whether an event is wanted, whose times are. What it does not say is not what anybody asks for. */
export function isWanted(filter: EventFilter, event: Readonly<Record<string, unknown>>): boolean {
  return MEMBERS.every(member => {
    const value = filter[member];
    return value === undefined || (Object.hasOwn(event, member) && isEqual(member, event[member], value));
  });
}

/** Whether the filter asks for nothing that is in the sealed text. */
export function asksForTimesOnly(filter: EventFilter): boolean {
  return MEMBERS.every(member => filter[member] === undefined);
}

/** What the database can narrow a search to. */
export function rowSearchOf(
  filter: EventFilter,
  candidates: (member: keyof SearchTags, value: string) => readonly string[],
  isOldestFirst: boolean,
): RowSearch {
  const { from: fromMs = 0, until: untilMs = Number.MAX_SAFE_INTEGER } = filter;
  const member = TAGGED.find(each => filter[each] !== undefined);
  const tagged = member ? { member, tags: candidates(member, String(filter[member])) } : null;
  return { fromMs, untilMs, tagged, isOldestFirst };
}

function isEqual(member: FilteredMember, said: unknown, value: string | number): boolean {
  if (said === value) return true;
  if (typeof said !== 'string' || typeof value !== 'string') return false;
  if (COMPARED[member] === 'words') return said.split(' ').includes(value);
  return COMPARED[member] === 'array' && textsOf(said).includes(value);
}

function textsOf(text: string): unknown[] {
  try {
    const array: unknown = JSON.parse(text);
    return Array.isArray(array) ? array : [];
  } catch {
    return [];
  }
}
