import { compilePolicy } from '../src/policy/compiled-policy.ts';
import type { Facts } from '../src/policy/facts.ts';
import { type Guard, guarded } from '../src/policy/guards/guard.ts';
import { parsePolicy } from '../src/policy/parse-policy.ts';
import type { Rule } from '../src/policy/rule.ts';

/**
 * How long a policy of 200 rules takes to decide about one call: where rules are spread over ten servers, as in an organisation, and where
 * all of them are about the server that is called and half of them have conditions that are evaluated. `npm run bench:policy`.
 */
const RULES = 200;
/** Rounds are short, so that on a busy machine most of them are not interrupted. */
const ROUNDS = 3001;
const CALLS_PER_ROUND = 8;
const BAR_US = 50;
/** No policy is like it: it shows what conditions cost, and is not held to the bar. */
const WORST = 'conditions in every rule, all evaluated';

const FACTS: Facts = {
  caller: {
    tenant: 'acme',
    subject: 'https://idp.example|0b7c',
    client: 'client-7',
    roles: ['member'],
    groups: ['engineering', 'on-call', 'berlin'],
    country: 'DE',
  },
  called: {
    tenant: 'acme',
    server: 'server-3',
    kind: 'tool',
    name: 'create_issue',
    annotations: { readOnlyHint: false, destructiveHint: false },
    connections: ['github'],
  },
  arguments: {
    repository: 'acme/site',
    title: 'The login page is slow',
    body: 'It takes ten seconds. '.repeat(40),
    labels: ['bug', 'performance'],
    assignee: { login: 'ada', team: 'web' },
    priority: 2,
  },
  atMs: Date.parse('2026-11-25T17:00:00Z'),
};

/** Conditions of several forms, none of which is true of {@link FACTS}. */
const CONDITIONS = [
  'args.repository.startsWith("secret/")',
  'args.priority > 3 && "on-call" in principal.groups',
  '"legal" in args.labels',
  'args.labels.exists(l, l == "confidential")',
  'has(args.amount) && args.amount > 1000.0',
  'country in ["US", "CN"] || now.getHours() < 6',
  'args.repository.like("*/payroll*")',
  '!annotations.readOnly && annotations.destructive',
] as const;

const EFFECTS: readonly Record<string, unknown>[] = [
  { effect: 'deny' },
  { effect: 'approve', by: 'user' },
  { effect: 'limit', count: 'calls', max: 100, windowSeconds: 60, per: 'user' },
  { effect: 'guard', on: ['result'], find: 'secrets', action: 'mask' },
];

function rules(each: (at: number) => Record<string, unknown>): Rule[] {
  const restricting = Array.from({ length: RULES - 1 }, (_, at) => ({
    id: `rule-${at}`,
    ...EFFECTS[at % EFFECTS.length],
    ...each(at),
  }));
  return [...restricting, { id: 'members', effect: 'allow', who: { roles: ['member'] } }] as Rule[];
}

const when = (at: number) => ({ when: CONDITIONS[at % CONDITIONS.length] });

const CASES: Readonly<Record<string, Rule[]>> = {
  'spread over 10 servers': rules(at => ({
    who: { groups: ['engineering', 'ops-*'] },
    what: { servers: [`server-${at % 10}`], tools: ['create_*', 'delete_*'] },
    ...when(Math.floor(at / 10)),
  })),
  'all about one server, half with conditions': rules(at => ({
    who: at % 4 === 1 ? { groups: ['finance'] } : {},
    what: { servers: ['server-*'], ...(at % 2 ? { tools: [`tool_${at}`] } : {}) },
    ...(at % 2 ? {} : when(Math.floor(at / 2))),
  })),
  [WORST]: rules(when),
};

/** @returns the median, in microseconds. */
function medianUs(work: () => unknown): number {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    for (let call = 0; call < CALLS_PER_ROUND; call++) work();
    samples.push(((performance.now() - startedAt) * 1000) / CALLS_PER_ROUND);
  }
  return samples.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

const json = JSON.stringify(FACTS);
const parseUs = medianUs(() => JSON.parse(json));
console.log(`JSON.parse of the facts (${json.length} B): ${parseUs.toFixed(2)} µs`);

const WARM_UP_CALLS = 5000;

let isWithinBar = true;
for (const [title, of] of Object.entries(CASES)) {
  const policy = parsePolicy({ rules: of });
  const compiled = compilePolicy(policy, 1);
  if (compiled.decide(FACTS).effect === 'deny') throw new Error(`"${title}" denies, and so measures nothing`);
  for (let call = 0; call < WARM_UP_CALLS; call++) compiled.decide(FACTS);
  const us = medianUs(() => compiled.decide(FACTS));
  const listUs = medianUs(() => compiled.mayShow({ ...FACTS, arguments: null }));
  if (us > BAR_US && title !== WORST) isWithinBar = false;
  const ratio = (us / parseUs).toFixed(1);
  console.log(
    `${RULES} rules, ${title}: ${us.toFixed(1)} µs a call (${ratio} × JSON.parse), ${listUs.toFixed(1)} µs in a list`,
  );
}

const result = { content: [{ type: 'text', text: JSON.stringify(FACTS.arguments) }] };
for (const find of ['secrets', 'personal-data'] as const) {
  const guard: Guard = { id: 'g', effect: 'guard', on: ['result'], find, action: 'mask' };
  for (let call = 0; call < WARM_UP_CALLS; call++) guarded([guard], result);
  const us = medianUs(() => guarded([guard], result));
  console.log(
    `A guard that looks for ${find} in a result of ${JSON.stringify(result).length} B: ${us.toFixed(1)} µs`,
  );
}
console.log(`The bar is ${BAR_US} µs: ${isWithinBar ? 'held' : 'missed'}.`);
process.exitCode = isWithinBar ? 0 : 1;
