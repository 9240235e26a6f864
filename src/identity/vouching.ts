import * as z from 'zod';
import { ROLES } from '../principal.ts';
import { groupsSetting } from './groups.ts';
import type { ListSetting } from './list-setting.ts';

/** What the subjects of clients that act for themselves begin with, in place of an issuer's id. */
export const CLIENT_SUBJECTS = 'client';

/** The same for what owns a credential of a third party without being anybody: an organisation, and a server of one. */
export const TENANT_SUBJECTS = 'tenant';
export const SERVER_SUBJECTS = 'server';

const RESERVED_SUBJECTS: Readonly<Record<string, string>> = {
  [CLIENT_SUBJECTS]: 'clients that act for themselves',
  [TENANT_SUBJECTS]: 'the organisation itself',
  [SERVER_SUBJECTS]: 'servers themselves',
};

const claimName = z.string().min(1);

/** The members of a setting's entry that say who the people are that an issuer vouches for. */
export const vouchingMembers = {
  /** Part of each person's subject for good: with another id they are other people. */
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 lower-case letters, digits and hyphens')
    .refine(id => !Object.hasOwn(RESERVED_SUBJECTS, id), {
      error: ({ input }) => `"${input}" stands for ${RESERVED_SUBJECTS[String(input)]}`,
    }),
  /** The name for people. */
  name: z.string().min(1).max(64),
  /** The issuer identifier, exactly as `iss` has it. */
  issuer: z.url(),
  /** The tenant of all who come from here, or the claim that names it, as it is or by a map. */
  tenant: z.union([
    z.string().min(1),
    z.strictObject({ claim: claimName, map: z.record(z.string(), z.string().min(1)).optional() }),
  ]),
  /** The claim that lists groups, and the role that each group gives. */
  roles: z.strictObject({ claim: claimName, map: z.record(z.string(), z.enum(ROLES)) }).optional(),
  /** The claim that says what people are in, for policies to ask. */
  groups: groupsSetting.optional(),
  /** The role of those whom no group gives one. With null they have no access. */
  defaultRole: z.literal('member').nullable(),
};

const vouchingSchema = z.object(vouchingMembers);

/** An issuer whose word is taken for who somebody is, and what its claims mean here. */
export type Vouching = Readonly<z.infer<typeof vouchingSchema>>;

/** Issuers of Microsoft that stand for every organisation there is. */
const ANYBODY = /^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)\b/i;

/** @throws GatehouseError `setting_invalid` for an issuer that is no proper one, or that admits everybody. */
export function checkIssuer(setting: ListSetting<z.ZodType>, { id, issuer }: Vouching): void {
  const { search, hash } = new URL(issuer);
  if (search || hash) throw setting.wrong(`the issuer of "${id}" must have no query and no fragment`);
  if (ANYBODY.test(issuer)) {
    throw setting.wrong(
      `the issuer of "${id}" admits everybody at Microsoft; name your directory's id in it`,
    );
  }
}

/** @throws GatehouseError `setting_invalid` for an issuer by which nobody could come in. */
export function checkAccess(setting: ListSetting<z.ZodType>, { id, roles, defaultRole }: Vouching): void {
  if (defaultRole !== null || Object.keys(roles?.map ?? {}).length > 0) return;
  throw setting.wrong(
    `nobody can come in by "${id}": give it "roles" with a map, or "defaultRole": "member"`,
  );
}

/** @throws GatehouseError `setting_invalid` where a token's `iss` would lead to two entries. */
export function checkUniqueIssuers(setting: ListSetting<z.ZodType>, entries: readonly Vouching[]): void {
  const issuers = entries.map(({ issuer }) => issuer);
  const twice = entries.find(({ issuer }, index) => issuers.indexOf(issuer) !== index);
  if (twice) throw setting.wrong(`the issuer of "${twice.id}" is there twice`);
}

/**
 * Lets an issuer vouch for another entry's people only where it is the same issuer: the id is what makes them the same.
 * @throws GatehouseError `setting_invalid`.
 */
export function checkSharedIds(
  setting: ListSetting<z.ZodType>,
  entries: readonly Vouching[],
  others: readonly Vouching[],
): void {
  const foreign = entries.find(({ id, issuer }) =>
    others.some(other => other.id === id && other.issuer !== issuer),
  );
  if (!foreign) return;
  throw setting.wrong(
    `the id "${foreign.id}" belongs to another issuer, for whose people it would vouch; choose another id`,
  );
}
