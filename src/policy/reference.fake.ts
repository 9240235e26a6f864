import type { SeededRandom } from '../crypto/random.fake.ts';
import type { Facts } from './facts.ts';
import type { Policy, Rule, What, Who } from './rule.ts';

/** A condition with its meaning beside it, so that what evaluates it need know no CEL. `null`: it cannot be told. */
interface Meant {
  readonly cel: string;
  readonly isAboutArguments: boolean;
  readonly is: (facts: Facts) => boolean | null;
}

/** A case of a property test: a policy, what its conditions mean, and a call. */
export interface Case {
  readonly policy: Policy;
  readonly conditions: ReadonlyMap<string, Meant>;
  readonly facts: Facts;
}

const NAMES = ['a', 'ab', 'abc', 'b', 'bca'] as const;
const PATTERNS = ['a', 'ab', 'a*', '*b*', '*', '*c', 'a*c', 'b*a*', '**b'] as const;
const ROLES = ['administrator', 'operator', 'auditor', 'member'] as const;
const EFFECTS = ['allow', 'allow', 'deny', 'approve', 'limit', 'guard'] as const;
const VALUES = ['a', 'b', 1, true, null] as const;

export function randomCase(random: SeededRandom): Case {
  const one = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
  const maybe = <Value>(value: () => Value, percent = 40) =>
    random.below(100) < percent ? value() : undefined;
  const patterns = () => [one(PATTERNS), one(PATTERNS)].slice(0, 1 + random.below(2));
  const conditions = new Map<string, Meant>();

  const comparison = (): Meant => {
    const [key, value] = [one(['x', 'y']), one(VALUES)];
    return {
      cel: `args.${key} == ${JSON.stringify(value)}`,
      isAboutArguments: true,
      is: ({ arguments: args }) => (args && Object.hasOwn(args, key) ? args[key] === value : null),
    };
  };
  const presence = (): Meant => {
    const key = one(['x', 'y']);
    return {
      cel: `has(args.${key})`,
      isAboutArguments: true,
      is: ({ arguments: args }) => (args ? Object.hasOwn(args, key) : null),
    };
  };
  const about = (cel: string, is: Meant['is']): Meant => ({ cel, isAboutArguments: false, is });
  const atom = (): Meant => {
    const name = one(NAMES);
    return one([
      comparison,
      comparison,
      presence,
      () => about(`principal.subject == "${name}"`, ({ caller }) => caller.subject === name),
      () => about(`"${name}" in principal.groups`, ({ caller }) => caller.groups.includes(name)),
      () => about(`tool == "${name}"`, ({ called }) => called.kind === 'tool' && called.name === name),
      () =>
        about(`principal.groups[1] == "${name}"`, ({ caller: { groups } }) =>
          groups.length > 1 ? groups[1] === name : null,
        ),
      () => about('annotations.readOnly', ({ called }) => called.annotations.readOnlyHint === true),
    ])();
  };
  const condition = (depth: number): Meant => {
    if (depth === 0 || random.below(3) === 0) return atom();
    const [left, right] = [condition(depth - 1), condition(depth - 1)];
    const isAboutArguments = left.isAboutArguments || right.isAboutArguments;
    const either = (facts: Facts, decisive: boolean) => {
      const both = [left.is(facts), right.is(facts)];
      return both.includes(decisive) ? decisive : both.includes(null) ? null : !decisive;
    };
    return one<() => Meant>([
      () => ({ cel: `(${left.cel} && ${right.cel})`, isAboutArguments, is: facts => either(facts, false) }),
      () => ({ cel: `(${left.cel} || ${right.cel})`, isAboutArguments, is: facts => either(facts, true) }),
      () => ({
        ...left,
        cel: `!(${left.cel})`,
        is: facts => {
          const is = left.is(facts);
          return is === null ? null : !is;
        },
      }),
    ])();
  };

  const rule = (at: number): Rule => {
    const meant = maybe(() => condition(2), 60);
    if (meant) conditions.set(`r${at}`, meant);
    const effect = one(EFFECTS);
    const own = {
      allow: {},
      deny: {},
      approve: { by: 'user' },
      limit: { count: 'calls', max: 1, windowSeconds: 60, per: 'user' },
      guard: { on: ['result'], find: 'secrets', action: 'flag' },
    }[effect];
    const who = maybe(() =>
      pruned({
        users: maybe(patterns),
        groups: maybe(patterns),
        clients: maybe(patterns),
        roles: maybe(() => [one(ROLES)]),
      }),
    );
    const what = maybe(() =>
      pruned({
        servers: maybe(patterns),
        tools: maybe(patterns),
        prompts: maybe(patterns, 20),
        resources: maybe(patterns, 20),
        connections: maybe(patterns, 20),
        annotations: maybe(
          () => pruned({ readOnly: maybe(() => true), destructive: maybe(() => random.below(2) === 0) }),
          20,
        ),
      }),
    );
    return {
      id: `r${at}`,
      effect,
      ...own,
      ...pruned({ who, what, when: meant?.cel, isDisabled: maybe(() => true, 10) }),
    } as Rule;
  };

  const facts: Facts = {
    caller: {
      tenant: 't',
      subject: one(NAMES),
      client: one(NAMES),
      roles: [one(ROLES)].slice(random.below(2)),
      groups: NAMES.slice(random.below(5), random.below(6)),
      country: one(['DE', null]),
    },
    called: {
      tenant: random.below(20) === 0 ? 'other' : 't',
      server: one(NAMES),
      kind: one(['tool', 'tool', 'prompt', 'resource']),
      name: one(NAMES),
      annotations: pruned({
        readOnlyHint: maybe(() => random.below(2) === 0),
        destructiveHint: maybe(() => random.below(2) === 0),
      }),
      connections: NAMES.slice(random.below(5), random.below(6)),
    },
    arguments: maybe(() => randomArguments(random), 75) ?? null,
    atMs: 0,
  };
  return {
    policy: { rules: Array.from({ length: random.below(9) }, (_, at) => rule(at)) },
    conditions,
    facts,
  };
}

/** Some arguments out of all that the conditions of cases can tell apart. */
export function randomArguments(random: SeededRandom): Record<string, unknown> {
  const value = () => VALUES[random.below(VALUES.length)];
  return pruned({ x: random.below(3) ? value() : undefined, y: random.below(3) ? value() : undefined });
}

/** What the semantics of docs/policy.md say, as plainly as they can be written down. */
export function referenceDecision({ policy, conditions, facts }: Case) {
  const inForce = (effect: Rule['effect']) =>
    policy.rules.filter(rule => rule.effect === effect && !rule.isDisabled);
  const isCertain = (rule: Rule) => verdict(rule, conditions, facts) === true;
  const isPossible = (rule: Rule) => verdict(rule, conditions, facts) !== false;
  const isOwn = facts.caller.tenant === facts.called.tenant;
  const denying = inForce('deny').find(isPossible);
  const isAllowed = isOwn && !denying && inForce('allow').some(isCertain);
  const ids = (effect: Rule['effect']) =>
    isAllowed
      ? inForce(effect)
          .filter(isPossible)
          .map(({ id }) => id)
      : [];
  const isUnknown = (rule: Rule) =>
    verdict(rule, conditions, facts) === null &&
    facts.arguments === null &&
    (conditions.get(rule.id)?.isAboutArguments ?? false);
  const isShown =
    isOwn &&
    !inForce('deny').some(rule => isPossible(rule) && !isUnknown(rule)) &&
    inForce('allow').some(rule => isCertain(rule) || isUnknown(rule));
  return {
    effect: !isAllowed ? 'deny' : ids('approve').length > 0 ? 'approve' : 'allow',
    approvals: ids('approve'),
    limits: ids('limit'),
    guards: ids('guard'),
    isShown,
  };
}

function verdict(rule: Rule, conditions: Case['conditions'], facts: Facts): boolean | null {
  if (!fitsWho(rule.who ?? {}, facts) || !fitsWhat(rule.what ?? {}, facts)) return false;
  const condition = conditions.get(rule.id);
  return condition ? condition.is(facts) : true;
}

function fitsWho({ users, groups, clients, roles }: Who, { caller }: Facts): boolean {
  return (
    (!users || any(users, [caller.subject])) &&
    (!clients || any(clients, [caller.client])) &&
    (!groups || any(groups, caller.groups)) &&
    (!roles || roles.some(role => caller.roles.includes(role)))
  );
}

function fitsWhat(what: What, { called }: Facts): boolean {
  const { readOnlyHint, destructiveHint } = called.annotations;
  const hints = {
    readOnly: readOnlyHint === true,
    destructive: readOnlyHint !== true && destructiveHint !== false,
  };
  const names = { tool: what.tools, prompt: what.prompts, resource: what.resources };
  const isAboutSome = Object.values(names).some(patterns => patterns !== undefined);
  return (
    (!what.servers || any(what.servers, [called.server])) &&
    (!what.connections || any(what.connections, called.connections)) &&
    (!isAboutSome || any(names[called.kind] ?? [], [called.name])) &&
    (!what.annotations ||
      (called.kind === 'tool' &&
        (['readOnly', 'destructive'] as const).every(hint =>
          [undefined, hints[hint]].includes(what.annotations?.[hint]),
        )))
  );
}

function any(patterns: readonly string[], names: readonly string[]): boolean {
  return names.some(name => patterns.some(pattern => isLike(name, pattern)));
}

/** The meaning of a pattern, sign by sign. */
function isLike(name: string, pattern: string): boolean {
  if (pattern === '') return name === '';
  if (pattern[0] === '*')
    return isLike(name, pattern.slice(1)) || (name !== '' && isLike(name.slice(1), pattern));
  return name[0] === pattern[0] && isLike(name.slice(1), pattern.slice(1));
}

function pruned<Members extends object>(
  members: Members,
): { [Name in keyof Members]: Exclude<Members[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
