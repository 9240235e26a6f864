import * as z from 'zod';
import { ROLES } from '../principal.ts';
import { contradictionIn } from './contradiction.ts';

/** A pattern over names: `*` stands for any characters, everything else for itself. */
const pattern = z.string().min(1).max(256);
const patterns = z.array(pattern).min(1).max(100).readonly();

/** Whom a rule is about: everybody who fits each member that is there, by any of its values. */
const who = z.strictObject({
  users: patterns.optional(),
  groups: patterns.optional(),
  roles: z.array(z.enum(ROLES)).min(1).readonly().optional(),
  clients: patterns.optional(),
});

/** Hints that a tool gives about itself (MCP, `ToolAnnotations`), with what they are where it says nothing. */
const annotations = z.strictObject({
  readOnly: z.boolean().optional(),
  destructive: z.boolean().optional(),
  idempotent: z.boolean().optional(),
  openWorld: z.boolean().optional(),
});

/**
 * What a rule is about: what fits each member that is there, by any of its values. `tools`, `prompts` and `resources` (URIs) each
 * narrow it down to things of that kind; with several of them, to any of those.
 */
const what = z.strictObject({
  servers: patterns.optional(),
  tools: patterns.optional(),
  prompts: patterns.optional(),
  resources: patterns.optional(),
  annotations: annotations.optional(),
  connections: patterns.optional(),
});

const common = {
  /** Names the rule within its policy, in audit events and in answers. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens, at most 64'),
  description: z.string().max(500).optional(),
  isDisabled: z.boolean().optional(),
  who: who.optional(),
  what: what.optional(),
  /** A condition in CEL; see docs/policy.md for what it can speak of. */
  when: z.string().max(2000).optional(),
};

/** How long an approval is good, as far as whoever decides may choose it. */
const approvalScopes = z
  .array(z.enum(['once', 'session', 'period']))
  .min(1)
  .readonly();

const approve = z.strictObject({
  ...common,
  effect: z.literal('approve'),
  /** `user`: whoever calls is asked. Else another person with one of the roles, or in one of the groups. */
  by: z.union([
    z.literal('user'),
    z
      .strictObject({
        roles: z.array(z.enum(ROLES)).min(1).readonly().optional(),
        groups: patterns.optional(),
      })
      .refine(({ roles, groups }) => roles || groups, 'say by which roles or groups'),
  ]),
  /** What may be chosen; only once, where it is left out. */
  scopes: approvalScopes.optional(),
  periodSeconds: z
    .number()
    .int()
    .min(60)
    .max(30 * 86_400)
    .optional(),
});

const limit = z.strictObject({
  ...common,
  effect: z.literal('limit'),
  /** What is counted: calls begun, bytes of arguments and results, calls at a time, or open streams. */
  count: z.enum(['calls', 'bytes', 'concurrent', 'streams']),
  max: z.number().int().min(0),
  /** For calls and bytes: within how long. */
  windowSeconds: z
    .number()
    .int()
    .min(1)
    .max(31 * 86_400)
    .optional(),
  /** Who shares one count. */
  per: z.enum(['user', 'tool', 'server', 'tenant']),
});

const guard = z.strictObject({
  ...common,
  effect: z.literal('guard'),
  on: z
    .array(z.enum(['arguments', 'result']))
    .min(1)
    .readonly(),
  find: z.union([
    z.literal('secrets'),
    z.literal('personal-data'),
    z.strictObject({ maxBytes: z.number().int().min(1) }),
  ]),
  action: z.enum(['mask', 'deny', 'flag']),
});

/** One rule of a policy. */
export const ruleSchema = z
  .discriminatedUnion('effect', [
    z.strictObject({ ...common, effect: z.literal('allow') }),
    z.strictObject({ ...common, effect: z.literal('deny') }),
    approve,
    limit,
    guard,
  ])
  .superRefine((rule, context) => {
    const problem = contradictionIn(rule);
    if (problem) context.addIssue({ code: 'custom', path: [problem.member], message: problem.reason });
  });

export type Rule = Readonly<z.infer<typeof ruleSchema>>;
export type RuleOf<Effect extends Rule['effect']> = Extract<Rule, { readonly effect: Effect }>;
export type Who = Readonly<z.infer<typeof who>>;
export type What = Readonly<z.infer<typeof what>>;

/** A policy, as operators write it. */
export const policySchema = z
  .strictObject({ rules: z.array(ruleSchema).max(1000).readonly() })
  .superRefine(({ rules }, context) => {
    const ids = new Set<string>();
    rules.forEach(({ id }, at) => {
      if (ids.has(id))
        context.addIssue({ code: 'custom', path: ['rules', at, 'id'], message: 'another rule has this id' });
      ids.add(id);
    });
  });

export type Policy = Readonly<z.infer<typeof policySchema>>;

/**
 * What holds as long as an organisation has said nothing: whoever is of it may use what their scopes grant, and secrets on the way are noted
 * on the audit trail. They are not masked: tools may have to pass on a credential, and a gateway that changes data unasked breaks them.
 */
export const DEFAULT_POLICY: Policy = {
  rules: [
    {
      id: 'members-may-call',
      description: 'Everybody of the organisation may use all of its servers, as far as their scopes go.',
      effect: 'allow',
    },
    {
      id: 'secrets-are-noted',
      description: 'What looks like a secret in arguments or results is noted, and passes.',
      effect: 'guard',
      on: ['arguments', 'result'],
      find: 'secrets',
      action: 'flag',
    },
  ],
};
