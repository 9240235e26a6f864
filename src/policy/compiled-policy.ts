import type { CompiledRule } from './compiled-rule.ts';
import { withoutStacks } from './condition/without-stacks.ts';
import type { Decision } from './decision.ts';
import type { Explanation, RuleFinding, RuleTrace } from './explanation.ts';
import type { Facts } from './facts.ts';
import type { Policy, Rule } from './rule.ts';
import { RuleBook, type RulesByEffect } from './rule-book.ts';
import { Scene } from './scene.ts';

/** A version of a policy, ready to decide; made once per version. */
export interface CompiledPolicy {
  readonly version: number;
  /** What it says of a call. It never throws: what cannot be told counts against the call. */
  decide(facts: Facts): Decision;
  /**
   * Whether a list shows it: whether some arguments may be called now. Where nobody can tell without them, it is shown. What must be approved
   * counts as shown.
   */
  mayShow(facts: Facts): boolean;
  /** A decision, and what each rule had to do with it. */
  explain(facts: Facts): Explanation;
}

/** Makes a policy ready. @throws ConditionError where a condition of an active rule is wrong; `parsePolicy` has seen to it that none is. */
export function compilePolicy(policy: Policy, version: number): CompiledPolicy {
  const book = new RuleBook(policy);
  return {
    version,
    decide: facts => withoutStacks(() => decided(book, facts, version)),
    mayShow: facts => withoutStacks(() => isShown(book, facts)),
    explain: facts =>
      withoutStacks(() => ({ decision: decided(book, facts, version), rules: traced(policy, book, facts) })),
  };
}

function decided(book: RuleBook, facts: Facts, version: number): Decision {
  const nothing = { version, approvals: [], limits: [], guards: [] };
  if (isForeign(facts))
    return { ...nothing, effect: 'deny', rule: null, reason: 'It is of another organisation.' };
  const rules = book.about(facts.called);
  const scene = new Scene(facts);
  const denying = firstOf(rules.deny, scene, countsAgainst);
  if (denying) return { ...nothing, effect: 'deny', rule: denying.rule.id, reason: whyDenied(denying) };
  const allowing = firstOf(rules.allow, scene, ({ verdict }) => verdict === 'matched');
  if (!allowing) return { ...nothing, effect: 'deny', rule: null, reason: 'No rule allows it.' };
  return { ...granted(rules, scene, allowing.rule), version };
}

/** What an allowed call must go through. */
function granted(rules: RulesByEffect, scene: Scene, allowing: Rule): Omit<Decision, 'version'> {
  const approvals = applying(rules.approve, scene);
  const rest = { approvals, limits: applying(rules.limit, scene), guards: applying(rules.guard, scene) };
  const [first] = approvals;
  return first
    ? { effect: 'approve', rule: first.id, reason: 'It must be approved.', ...rest }
    : { effect: 'allow', rule: allowing.id, reason: 'A rule allows it.', ...rest };
}

/** What is not known is no reason to hide: it is decided about when it is called. */
function isShown(book: RuleBook, facts: Facts): boolean {
  if (isForeign(facts)) return false;
  const rules = book.about(facts.called);
  const scene = new Scene(facts);
  const isDenied = ({ verdict }: RuleFinding) => verdict === 'matched' || verdict === 'failed';
  if (firstOf(rules.deny, scene, isDenied)) return false;
  const mayAllow = ({ verdict }: RuleFinding) => verdict === 'matched' || verdict === 'unknown';
  return firstOf(rules.allow, scene, mayAllow) !== null;
}

function traced({ rules }: Policy, book: RuleBook, facts: Facts): RuleTrace[] {
  const scene = new Scene(facts);
  const { server, kind } = facts.called;
  const found = new Map(
    book.all.map(compiled => [
      compiled.rule,
      compiled.concerns(server, kind) ? compiled.find(scene) : NOT_CONCERNED,
    ]),
  );
  return rules.map(rule => {
    const { verdict, part, reason } = found.get(rule) ?? { verdict: 'disabled', part: null, reason: null };
    return { rule: rule.id, effect: rule.effect, verdict, part, reason };
  });
}

const NOT_CONCERNED: RuleFinding = { verdict: 'not-matched', part: 'what', reason: null };

function isForeign({ caller, called }: Facts): boolean {
  return caller.tenant !== called.tenant;
}

/** A rule that restricts is in force unless it is certain that it is not about the call. */
function countsAgainst({ verdict }: RuleFinding): boolean {
  return verdict !== 'not-matched';
}

function applying<R extends Rule>(rules: readonly CompiledRule<R>[], scene: Scene): R[] {
  return rules.filter(rule => countsAgainst(rule.find(scene))).map(({ rule }) => rule);
}

function firstOf<R extends Rule>(
  rules: readonly CompiledRule<R>[],
  scene: Scene,
  isIt: (finding: RuleFinding) => boolean,
): { readonly rule: R; readonly finding: RuleFinding } | null {
  for (const compiled of rules) {
    const finding = compiled.find(scene);
    if (isIt(finding)) return { rule: compiled.rule, finding };
  }
  return null;
}

function whyDenied({ rule, finding }: { readonly rule: Rule; readonly finding: RuleFinding }): string {
  if (finding.reason !== null) return `Its condition could not be told for this call: ${finding.reason}.`;
  return rule.description ?? 'It is denied.';
}
