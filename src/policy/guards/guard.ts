import type { RuleOf } from '../rule.ts';
import type { Finder } from './finder.ts';
import { inspect, type MaskWord } from './inspect.ts';
import { findPersonalData } from './personal-data.ts';
import { findSecrets } from './secrets.ts';

export type Guard = RuleOf<'guard'>;
export type Side = Guard['on'][number];

/** What guards have come to about a value. */
export interface Guarded<Value> {
  /** The value, with masks where a guard masks. */
  readonly value: Value;
  /** What was found, as `<rule>` or `<rule>:<pattern>`: never what it was. */
  readonly found: readonly string[];
  /** The first guard that refuses the value, and what it found; else null. */
  readonly refused: { readonly rule: string; readonly what: string } | null;
}

const FINDERS: Readonly<Record<'secrets' | 'personal-data', { find: Finder; word: MaskWord }>> = {
  secrets: { find: findSecrets, word: 'secret' },
  'personal-data': { find: findPersonalData, word: 'personal data' },
};

/** Has guards look at a value, one after the other: each sees what those before it have left of it. */
export function guarded<Value>(guards: readonly Guard[], value: Value): Guarded<Value> {
  let left = value;
  const found: string[] = [];
  for (const guard of guards) {
    const { masked, findings } = lookedAt(guard, left);
    if (findings.length === 0) continue;
    found.push(...findings.map(finding => (finding === 'size' ? guard.id : `${guard.id}:${finding}`)));
    if (guard.action === 'deny')
      return { value: left, found, refused: { rule: guard.id, what: findings.join(', ') } };
    if (guard.action === 'mask') left = masked;
  }
  return { value: left, found, refused: null };
}

function lookedAt<Value>({ find }: Guard, value: Value): { masked: Value; findings: readonly string[] } {
  if (typeof find === 'object')
    return { masked: value, findings: sizeBytes(value) > find.maxBytes ? ['size'] : [] };
  const finder = FINDERS[find];
  const { masked, found } = inspect(value, finder.find, finder.word);
  return { masked, findings: [...found] };
}

/** As JSON, in UTF-8. */
function sizeBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
