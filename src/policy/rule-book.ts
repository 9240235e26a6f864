import { type CompiledRule, compileRule } from './compiled-rule.ts';
import { makeEnvironment } from './condition/vocabulary.ts';
import type { Called } from './facts.ts';
import type { Policy, Rule, RuleOf } from './rule.ts';

/** Rules by what they do, each in the order of the policy. */
export type RulesByEffect = { readonly [Effect in Rule['effect']]: readonly CompiledRule<RuleOf<Effect>>[] };

/** How many kinds of things of servers are remembered. An organisation has fewer; then it is begun anew. */
const MAX_REMEMBERED = 500;

/** The active rules of a policy, ready to be asked. */
export class RuleBook {
  readonly #rules: readonly CompiledRule[];
  readonly #known = new Map<string, RulesByEffect>();

  /** @throws ConditionError where a condition is wrong. */
  constructor({ rules }: Policy) {
    const environment = makeEnvironment();
    this.#rules = rules.filter(({ isDisabled }) => !isDisabled).map(rule => compileRule(rule, environment));
  }

  get all(): readonly CompiledRule[] {
    return this.#rules;
  }

  /** The rules that may be about a thing, found out once for its server and kind. */
  about({ server, kind }: Called): RulesByEffect {
    const key = `${kind} ${server}`;
    const known = this.#known.get(key);
    if (known) return known;
    const rules = byEffect(this.#rules.filter(rule => rule.concerns(server, kind)));
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(key, rules);
    return rules;
  }
}

function byEffect(rules: readonly CompiledRule[]): RulesByEffect {
  const of = <Effect extends Rule['effect']>(effect: Effect) =>
    rules.filter(({ rule }) => rule.effect === effect) as unknown as RulesByEffect[Effect];
  return {
    allow: of('allow'),
    deny: of('deny'),
    approve: of('approve'),
    limit: of('limit'),
    guard: of('guard'),
  };
}
