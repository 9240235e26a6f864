import type { JsonObject } from '../../protocol/message.ts';
import { escapedText } from './hidden-text.ts';

/** One difference between two forms of a definition, for people to read: nothing in it is hidden. */
export interface Change {
  /** Where it is, as a JSON Pointer (RFC 6901). */
  readonly member: string;
  /** Text as it is and other values as JSON; null where there was none. */
  readonly old: string | null;
  readonly now: string | null;
}

/** What differs, member by member, in the order of the new form; all of it is new where there was none. */
export function changesOf(old: JsonObject | null, now: JsonObject): Change[] {
  const [before, after] = [leavesOf(old ?? {}), leavesOf(now)];
  const members = [...new Set([...after.keys(), ...before.keys()])];
  return members
    .map(member => ({ member, old: before.get(member) ?? null, now: after.get(member) ?? null }))
    .filter(change => change.old !== change.now)
    .map(({ member, old: was, now: is }) => ({
      member: escapedText(member),
      old: shown(was),
      now: shown(is),
    }));
}

/** What a definition says, by where it says it. Text and other values are kept apart by their JSON. */
function leavesOf(value: unknown, pointer = '', leaves = new Map<string, string>()): Map<string, string> {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (members.length === 0 && pointer !== '') leaves.set(pointer, JSON.stringify(value) ?? 'null');
  for (const [name, member] of members) {
    leavesOf(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, leaves);
  }
  return leaves;
}

function shown(json: string | null): string | null {
  if (json === null) return null;
  const value: unknown = JSON.parse(json);
  return escapedText(typeof value === 'string' ? value : json);
}
