import { Hono } from 'hono';
import { checkpointKeys } from '../audit/checkpoint-keys.ts';
import { type Env, settingsOf } from '../env.ts';

/** The public keys of checkpoints (RFC 7517), for whoever has an export. */
export const auditKeyRoutes = new Hono<{ Bindings: Env }>().get(
  '/.well-known/gatehouse-audit-keys.json',
  async c => Response.json(await checkpointKeys(settingsOf(c.env).keyRing)),
);
