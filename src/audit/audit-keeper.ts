import { type Env, settingsOf } from '../env.ts';
import { GatehouseError, reportFault } from '../errors.ts';
import { tenantObject } from '../session-key/tenant-objects.ts';
import { Archive } from './archive.ts';
import type { ChainPoint } from './hash-chain.ts';

/** The last checkpoint, as the object knows that signed it. */
export interface CheckpointState extends ChainPoint {
  /** Whether D1 has it, and all that follows from it is done. */
  readonly isSettled: boolean;
}

/** Signs checkpoints of an organisation's chains and archives what is old; its tenant object implements it. */
export interface AuditKeeper {
  /** Does all that is due. What is cut short goes on with the next call. */
  keepAudit(tenant: string): Promise<void>;
  /** Null before the first. */
  auditCheckpointState(): Promise<CheckpointState | null>;
}

/** The keeper of an organisation's audit. */
export function auditKeeperOf(env: Env, tenant: string): AuditKeeper {
  return tenantObject<AuditKeeper>(env, tenant);
}

/**
 * Where events of an organisation are archived; null where there is no bucket.
 * @throws GatehouseError `setting_invalid` where events are to be deleted, and there is none to keep them in.
 */
export function archiveOf(env: Env, tenant: string): Archive | null {
  requireArchive(env);
  return env.AUDIT_ARCHIVE ? new Archive(env.AUDIT_ARCHIVE, tenant) : null;
}

/** @throws GatehouseError `setting_invalid`, as above. */
export function requireArchive(env: Env): void {
  if (settingsOf(env).AUDIT_RETENTION_DAYS === undefined || env.AUDIT_ARCHIVE) return;
  throw new GatehouseError(
    'setting_invalid',
    'AUDIT_RETENTION_DAYS is set, and the binding AUDIT_ARCHIVE is missing: events are archived before they are deleted. Declare an R2 bucket in wrangler.toml, or leave it out.',
  );
}

/** What is due each hour in all organisations that have events. One that fails keeps no other from it. */
export async function keepAudits(env: Env): Promise<void> {
  requireArchive(env);
  for (let tenant = await tenantAfter(env, ''); tenant !== null; tenant = await tenantAfter(env, tenant)) {
    try {
      await auditKeeperOf(env, tenant).keepAudit(tenant);
    } catch (error) {
      reportFault('audit_not_kept', error, { tenant });
    }
  }
}

/** One at a time: of an index that begins with the tenant, only so many rows are read. */
async function tenantAfter({ DB }: Env, tenant: string): Promise<string | null> {
  const statement = 'SELECT MIN(tenant) AS tenant FROM audit_event WHERE tenant > ?';
  const row = await DB.prepare(statement).bind(tenant).first<{ tenant: string | null }>();
  return row?.tenant ?? null;
}
