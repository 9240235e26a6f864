import type { Environment } from '@marcbachmann/cel-js';
import { compileCondition } from './condition/condition.ts';
import type { RuleFinding, RulePart } from './explanation.ts';
import type { Called } from './facts.ts';
import { nameTest } from './name-pattern.ts';
import type { Rule, What } from './rule.ts';
import type { Scene } from './scene.ts';
import { whatTest } from './what.ts';
import { whoTest } from './who.ts';

/** A rule, ready to be asked. */
export interface CompiledRule<R extends Rule = Rule> {
  readonly rule: R;
  /** Whether it may be about anything of that kind of that server. */
  concerns(server: string, kind: Called['kind']): boolean;
  /** Whether it is about a call of what it {@link concerns}. It never throws. */
  find(scene: Scene): RuleFinding;
}

const MATCHED: RuleFinding = { verdict: 'matched', part: null, reason: null };
const notMatched = (part: RulePart): RuleFinding => ({ verdict: 'not-matched', part, reason: null });
const NOT_WHO = notMatched('who');
const NOT_WHAT = notMatched('what');
const UNKNOWN_WHAT: RuleFinding = { verdict: 'unknown', part: 'what', reason: null };

/** Makes a rule ready. @throws ConditionError where its condition is wrong. */
export function compileRule<R extends Rule>(rule: R, environment: Environment): CompiledRule<R> {
  const isWho = whoTest(rule.who);
  const isWhat = whatTest(rule.what);
  const condition = rule.when === undefined ? () => MATCHED : compileCondition(rule.when, environment);
  return {
    rule,
    concerns: concernsTest(rule.what),
    find(scene) {
      const { caller, called, arguments: args } = scene.facts;
      if (!isWho(caller)) return NOT_WHO;
      const isTemplate = args === null && called.name.includes('{');
      const what = isWhat(called, isTemplate);
      if (what === false) return NOT_WHAT;
      const found = condition(scene);
      return what === null && found.verdict !== 'not-matched' ? UNKNOWN_WHAT : found;
    },
  };
}

function concernsTest({
  servers,
  tools,
  prompts,
  resources,
  annotations,
}: What = {}): CompiledRule['concerns'] {
  const isServer = servers ? nameTest(servers) : () => true;
  const isAnyKind = !tools && !prompts && !resources;
  const has = { tool: tools !== undefined, prompt: prompts !== undefined, resource: resources !== undefined };
  return (server, kind) =>
    isServer(server) && (isAnyKind || has[kind]) && (annotations === undefined || kind === 'tool');
}
