import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/random.fake.ts';
import { compilePolicy } from './compiled-policy.ts';
import { parsePolicy } from './parse-policy.ts';
import { randomArguments, randomCase, referenceDecision } from './reference.fake.ts';

const CASES = 1000;

test('a thousand random policies decide about calls as the reference does', () => {
  const random = seededRandom();
  for (let at = 0; at < CASES; at++) {
    const given = randomCase(random);
    const policy = compilePolicy(parsePolicy(given.policy), 1);
    const { effect, approvals, limits, guards } = policy.decide(given.facts);
    const ids = (rules: readonly { readonly id: string }[]) => rules.map(({ id }) => id);
    const { isShown, ...expected } = referenceDecision(given);
    const decision = { effect, approvals: ids(approvals), limits: ids(limits), guards: ids(guards) };
    expect(decision, JSON.stringify(given)).toEqual(expected);
    expect(policy.mayShow(given.facts), JSON.stringify(given)).toBe(isShown);
  }
});

test('what may be called with some arguments is shown, in a thousand random policies', () => {
  const random = seededRandom();
  for (let at = 0; at < CASES; at++) {
    const given = randomCase(random);
    const policy = compilePolicy(parsePolicy(given.policy), 1);
    const isCallable = Array.from({ length: 10 }, () => randomArguments(random)).some(
      args => policy.decide({ ...given.facts, arguments: args }).effect !== 'deny',
    );
    if (isCallable)
      expect(policy.mayShow({ ...given.facts, arguments: null }), JSON.stringify(given)).toBe(true);
  }
});

test('explanations agree with decisions', () => {
  const random = seededRandom();
  for (let at = 0; at < 300; at++) {
    const { policy, facts } = randomCase(random);
    const { decision, rules } = compilePolicy(parsePolicy(policy), 1).explain(facts);
    expect(rules.map(({ rule }) => rule)).toEqual(policy.rules.map(({ id }) => id));
    const of = (effect: string, verdicts: readonly string[]) =>
      rules.filter(rule => rule.effect === effect && verdicts.includes(rule.verdict)).map(({ rule }) => rule);
    const against = ['matched', 'failed', 'unknown'];
    const isAllowed =
      facts.caller.tenant === facts.called.tenant &&
      of('deny', against).length === 0 &&
      of('allow', ['matched']).length > 0;
    expect(decision.effect !== 'deny').toBe(isAllowed);
    if (isAllowed) expect(decision.guards.map(({ id }) => id)).toEqual(of('guard', against));
  }
});
