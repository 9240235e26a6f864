import { Environment } from '@marcbachmann/cel-js';
import type { Facts } from '../facts.ts';
import { type NameTest, nameTest } from '../name-pattern.ts';
import { hintsOf } from '../tool-hints.ts';

/** How large and how deep an expression may be; what is larger is refused when it is read. */
const LIMITS = {
  maxAstNodes: 200,
  maxDepth: 24,
  maxListElements: 100,
  maxMapEntries: 50,
  maxCallArguments: 4,
};

const PRINCIPAL_FIELDS = {
  subject: 'string',
  client: 'string',
  roles: 'list<string>',
  groups: 'list<string>',
};
const HINT_FIELDS = { readOnly: 'bool', destructive: 'bool', idempotent: 'bool', openWorld: 'bool' };

/** Classes, because the library gives their fields types without copying them for each evaluation. */
class Principal {
  constructor(fields: object) {
    Object.assign(this, fields);
  }
}

class Annotations {
  constructor(fields: object) {
    Object.assign(this, fields);
  }
}

/** What conditions can speak of; docs/policy.md says what each is. The values are made by {@link contextOf}. */
export const VARIABLES = {
  principal: 'Principal',
  server: 'string',
  tool: 'string',
  prompt: 'string',
  resource: 'string',
  annotations: 'Annotations',
  connections: 'list<string>',
  args: 'map<string, dyn>',
  now: 'google.protobuf.Timestamp',
  country: 'string',
} as const;

/** The values of {@link VARIABLES} for one call. `args` is missing where the arguments are not known. */
export type ConditionContext = { readonly [Name in keyof typeof VARIABLES]?: unknown };

/**
 * CEL with the variables of calls, and with `like`, which has the patterns of rules. One for each policy: the library remembers the types
 * of values that it has seen, and forgets them with the environment.
 */
export function makeEnvironment(): Environment {
  const made = new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false })
    .registerType('Principal', { ctor: Principal, fields: PRINCIPAL_FIELDS })
    .registerType('Annotations', { ctor: Annotations, fields: HINT_FIELDS })
    .registerFunction('string.like(string): bool', like());
  for (const [name, type] of Object.entries(VARIABLES)) made.registerVariable(name, type);
  return made;
}

/** The patterns are written out in conditions, so there are no more of them than a policy has room for. */
function like(): (name: string, pattern: string) => boolean {
  const tests = new Map<string, NameTest>();
  return (name, pattern) => {
    const test = tests.get(pattern) ?? nameTest([pattern]);
    tests.set(pattern, test);
    return test(name);
  };
}

/** What conditions see of a call. */
export function contextOf({ caller, called, arguments: args, atMs }: Facts): ConditionContext {
  const { subject, client, roles, groups } = caller;
  const nameOf = (kind: typeof called.kind) => (called.kind === kind ? called.name : '');
  return {
    principal: new Principal({ subject, client, roles, groups }),
    server: called.server,
    tool: nameOf('tool'),
    prompt: nameOf('prompt'),
    resource: nameOf('resource'),
    annotations: new Annotations(hintsOf(called.annotations)),
    connections: called.connections,
    now: new Date(atMs),
    country: caller.country ?? '',
    ...(args && { args }),
  };
}
