import type { Env } from '../env.ts';
import { accountObjectName } from '../session-key/internal-bearer.ts';
import { objectsOf } from '../session-key/jurisdiction.ts';
import { tenantObject } from '../session-key/tenant-objects.ts';
import type { ChainPoint } from './hash-chain.ts';

/** How a chain stands, as the object says that records it. */
export interface ChainState {
  /** The last event. */
  readonly head: ChainPoint;
  /** The last event of which D1 has said that it is stored there; what came after it is still in the object. */
  readonly delivered: ChainPoint;
}

/** An object that records a chain. */
export interface ChainRecorder {
  /** Null where it has never recorded anything. To ask leaves nothing behind. */
  auditChainState(): Promise<ChainState | null>;
}

/** Which chains there are in an organisation; its tenant object implements it. Without it nobody would miss a chain. */
export interface ChainList {
  /** To be called before the first event of a chain is stored in D1. */
  noteAuditChain(chain: string): Promise<void>;
  /** In the order of their names, beginning after one of them. */
  listAuditChains(after: string, limit: number): Promise<string[]>;
}

const ACCOUNT = 'account/';

/** The chain that a user's account records. */
export function accountChain(tenant: string, subject: string): string {
  return `${ACCOUNT}${accountObjectName(tenant, subject)}`;
}

/** The list of an organisation's chains. */
export function chainListOf(env: Env, tenant: string): ChainList {
  return tenantObject<ChainList>(env, tenant);
}

/**
 * The object that records a chain of an organisation.
 * @param chain one that the organisation's list has: any other name would lead to an object that nobody knows.
 * @throws where no kind of object has such chains.
 */
export function chainRecorderOf(env: Env, tenant: string, chain: string): ChainRecorder {
  if (!chain.startsWith(ACCOUNT)) throw new Error('no kind of object records such a chain');
  const accounts = objectsOf(env, env.ACCOUNT, tenant);
  return accounts.getByName(chain.slice(ACCOUNT.length)) as unknown as ChainRecorder;
}
