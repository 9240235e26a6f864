import { type ConditionContext, contextOf } from './condition/vocabulary.ts';
import { MAX_WEIGHT, weightOf } from './condition/weight.ts';
import type { Facts } from './facts.ts';

/** What all conditions of one decision may cost together, at most: about ten milliseconds, by bounds that are rarely reached. */
export const DECISION_BUDGET = 200_000;

/** One call, as the rules of a policy look at it one after the other. What conditions need is made once one of them needs it. */
export class Scene {
  readonly facts: Facts;
  #context: ConditionContext | undefined;
  #weight: number | undefined;
  #power: number | undefined;
  #left = DECISION_BUDGET;

  constructor(facts: Facts) {
    this.facts = facts;
  }

  get context(): ConditionContext {
    this.#context ??= contextOf(this.facts);
    return this.#context;
  }

  get weight(): number {
    this.#weight ??= weightOf(this.facts);
    return this.#weight;
  }

  /** How heavy the call is, as the power of two that is no less; at most that of {@link MAX_WEIGHT}. */
  get power(): number {
    this.#power ??= Math.ceil(Math.log2(Math.min(this.weight, MAX_WEIGHT)));
    return this.#power;
  }

  /** Takes a cost from what is left. @returns false where that is less; then nothing is taken. */
  spend(cost: number): boolean {
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }
}
