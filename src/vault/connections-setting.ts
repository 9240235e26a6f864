import * as z from 'zod';
import type { Env } from '../env.ts';
import { ListSetting } from '../identity/list-setting.ts';
import type { Connection } from './connection.ts';

const placementSchema = z.discriminatedUnion('in', [
  z.strictObject({ in: z.literal('bearer') }),
  z.strictObject({ in: z.literal('basic') }),
  z.strictObject({ in: z.literal('header'), name: z.string().min(1), prefix: z.string().default('') }),
  z.strictObject({ in: z.literal('query'), name: z.string().min(1) }),
]);

const connectionSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and hyphens'),
  name: z.string().min(1).max(64),
  owner: z.enum(['user', 'tenant', 'server']),
  origins: z.array(z.url().refine(isOrigin, 'must be an origin, such as https://api.example.com')).min(1),
  methods: z.array(z.string().regex(/^[A-Z]+$/)).default([]),
  paths: z.array(z.string().startsWith('/')).default([]),
  placement: placementSchema,
  secret: z.string().min(1).nullable().default(null),
});

const SETTING = new ListSetting('CONNECTIONS', connectionSchema);

const checked = new WeakMap<object, readonly Connection[]>();

/**
 * The connections of `CONNECTIONS`, a JSON list; checked once per isolate and environment.
 * @throws GatehouseError `setting_invalid`.
 */
export function connectionsOf(env: Env): readonly Connection[] {
  const known = checked.get(env);
  if (known) return known;
  const connections = SETTING.read(env).map(connection => {
    for (const origin of connection.origins) SETTING.requireTls(env, connection.id, 'origins', origin);
    return { ...connection, oauth: null };
  });
  SETTING.requireUniqueIds(connections);
  checked.set(env, connections);
  return connections;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
