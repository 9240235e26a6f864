import * as z from 'zod';
import { JsonSetting } from '../env/json-setting.ts';
import { type Env, isDevelopment, oncePerEnvironment, settingsOf } from '../env.ts';
import { reportFault } from '../errors.ts';

/** Where the platform keeps the objects of an organisation, and runs them. */
const jurisdictionSchema = z.enum(['eu', 'fedramp', 'fedramp-high', 'us']);

type Jurisdiction = z.infer<typeof jurisdictionSchema>;

const SETTING = new JsonSetting(
  'TENANTS',
  z.record(z.string().min(1), z.strictObject({ jurisdiction: jurisdictionSchema.optional() })),
  'the whole',
);

/**
 * What is set up of organisations, by their names (`TENANTS`, JSON such as `{"acme": {"jurisdiction": "eu"}}`).
 * @throws GatehouseError `setting_invalid`.
 */
export const tenantSettings = oncePerEnvironment(env => SETTING.parsed(env) ?? {});

/** Runtimes that have said that they know no jurisdictions; once is enough to say. */
const withoutJurisdictions = new WeakSet<Env>();

/**
 * The objects of a kind that are an organisation's, where it has them kept. All of an organisation's objects are in one place, so the same
 * name in another is another object.
 * @throws where the runtime cannot keep them there, other than in development: data must not be elsewhere than was promised.
 */
export function objectsOf(env: Env, objects: DurableObjectNamespace, tenant: string): DurableObjectNamespace {
  const all = tenantSettings(env);
  const jurisdiction = Object.hasOwn(all, tenant) ? all[tenant]?.jurisdiction : undefined;
  return jurisdiction === undefined ? objects : keptIn(env, objects, jurisdiction);
}

/** The objects of a kind that are kept in the same place as another, which has this id. */
export function objectsBeside(
  env: Env,
  objects: DurableObjectNamespace,
  { jurisdiction }: DurableObjectId,
): DurableObjectNamespace {
  return jurisdiction === undefined ? objects : keptIn(env, objects, jurisdictionSchema.parse(jurisdiction));
}

function keptIn(env: Env, objects: DurableObjectNamespace, where: Jurisdiction): DurableObjectNamespace {
  try {
    return objects.jurisdiction(where);
  } catch (error) {
    // A local runtime is in one place only.
    if (!isDevelopment(settingsOf(env))) throw error;
    if (!withoutJurisdictions.has(env)) reportFault('jurisdictions_not_local', error);
    withoutJurisdictions.add(env);
    return objects;
  }
}
