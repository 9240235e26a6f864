import { CallError } from './call-error.ts';
import type { Member, Parameter, Styled } from './operation.ts';

/** A parameter, or a member of a form. */
type Target = Styled & Pick<Member, 'arg'> & Partial<Pick<Parameter, 'in' | 'json'>>;

/** A value, and what it is sent as. */
export interface Sent<To extends Target = Target> {
  readonly to: To;
  readonly value: unknown;
}

/**
 * Refuses objects whose members would be sent by names that are not theirs: each is a parameter of its own (`explode`), so it could
 * be one that the API has not got, or another argument's once more.
 * @param beside all that may be sent in the same place.
 * @throws CallError naming the member.
 */
export function requireOwnNames(sent: readonly Sent[], beside: readonly Target[]): void {
  const exploded = sent.filter(isExploded);
  for (const each of exploded) {
    const others = beside.filter(({ arg }) => arg !== each.to.arg).map(({ name }) => name);
    const theirs = exploded.filter(({ to }) => to.arg !== each.to.arg).flatMap(({ value }) => keysOf(value));
    const taken = new Set([...others, ...theirs].map(root));
    for (const name of keysOf(each.value)) requireOwn(each.to, name, taken);
  }
}

function requireOwn({ arg, members = [], open }: Target, name: string, taken: ReadonlySet<string>): void {
  const said = name.slice(0, 64);
  if (!open && !members.includes(name)) {
    const which = members.length === 0 ? 'any members' : `the member "${said}", only ${members.join(', ')}`;
    throw new CallError(`Not sent: "${arg}" must not have ${which}: each is sent by its own name.`);
  }
  if (!taken.has(root(name))) return;
  throw new CallError(`Not sent: "${arg}" must not have the member "${said}": another argument is sent so.`);
}

function isExploded({ to, value }: Sent): boolean {
  if (to.json || typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return namesMembers(to);
}

/** In the path, only the style `matrix` has names; headers have none. */
function namesMembers({ in: place = 'query', style = 'form', explode = style === 'form' }: Target): boolean {
  if (place === 'query') return explode && style !== 'deepObject';
  return place === 'path' && explode && style === 'matrix';
}

function keysOf(value: unknown): string[] {
  return Object.keys(value as object);
}

/** Many servers take `page`, `Page` and `page[]` for one. */
function root(name: string): string {
  return name.replace(/\[.*/s, '').toLowerCase();
}
