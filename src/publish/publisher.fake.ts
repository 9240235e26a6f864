import { env } from 'cloudflare:workers';
import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../audit/event.ts';
import { catalogStoreOf } from '../catalog/tenant-catalog.ts';
import { type Env, settingsOf } from '../env.ts';
import { ADA } from '../principal.fake.ts';
import type { CapabilityExports } from '../runtime/isolate.ts';
import type { Publisher } from './publisher.ts';

/** Somebody who publishes servers in an organisation that nobody else has, and what is recorded of it. */
export interface RecordedPublisher {
  readonly publisher: Publisher;
  /** What the account of whoever changes something was told. */
  readonly recorded: AuditEntry[];
  /** Which entries can be recorded; all of them at first. */
  canRecord: (entry: AuditEntry) => boolean;
}

/** @param variables of the deployment, beside those of the test run. */
export function recordedPublisher(variables: Readonly<Record<string, string>> = {}): RecordedPublisher {
  const recorded: AuditEntry[] = [];
  const recordAudit = async (_: unknown, entry: AuditEntry) => {
    if (!all.canRecord(entry)) throw new Error('nothing can be recorded');
    recorded.push(entry);
  };
  const ACCOUNT = { getByName: () => ({ recordAudit }) } as unknown as DurableObjectNamespace;
  const principal = { ...ADA, tenant: randomUUID(), subject: 'okta|olivia' };
  const own = { ...(env as unknown as Env), ...variables, ACCOUNT };
  const publisher = {
    env: own,
    settings: settingsOf(own),
    exports: {} as CapabilityExports,
    origin: 'https://gateway.example',
    principal,
    store: catalogStoreOf(own, principal.tenant),
  };
  const all: RecordedPublisher = { publisher, recorded, canRecord: () => true };
  return all;
}
