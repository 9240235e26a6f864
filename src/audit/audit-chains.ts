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

/** An object that records chains. */
export interface ChainRecorder {
  /** Null where it has recorded nothing of a chain, or has told how it ended. To ask leaves nothing behind. */
  auditChainState(chain: string): Promise<ChainState | null>;
}

/** A chain of an organisation. */
export interface ListedChain {
  readonly chain: string;
  /** Its last event, where nothing more comes and all is in D1; null while an object records it. */
  readonly closed: ChainPoint | null;
}

/** Which chains there are in an organisation; its tenant object implements it. Without it nobody would miss a chain. */
export interface ChainList {
  /** To be called before the first event of a chain is stored in D1. */
  noteAuditChain(chain: string): Promise<void>;
  /** To be called once all of a chain is in D1, and nothing more will be: from now on this list knows its head. */
  closeAuditChain(chain: string, head: ChainPoint): Promise<void>;
  /** One chain; null where it is not known. */
  findAuditChain(chain: string): Promise<ListedChain | null>;
  /** In the order of their names, beginning after one of them. */
  listAuditChains(after: string, limit: number): Promise<ListedChain[]>;
}

const ACCOUNT = 'account/';
const SESSION = 'session/';

/** The chain that a user's account records. */
export function accountChain(tenant: string, subject: string): string {
  return `${ACCOUNT}${accountObjectName(tenant, subject)}`;
}

/**
 * The name of a chain that a session's object records. It begins a new one when it wakes after the last was closed.
 * @param objectId the id of the object, in hexadecimal.
 * @param random tells the object's chains apart.
 */
export function sessionChain(objectId: string, random: string): string {
  return `${SESSION}${objectId}/${random}`;
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
  const accounts = objectsOf(env, env.ACCOUNT, tenant);
  if (chain.startsWith(ACCOUNT)) return recorderAt(accounts.getByName(chain.slice(ACCOUNT.length)));
  const [, objectId] = chain.startsWith(SESSION) ? chain.split('/') : [];
  if (objectId === undefined) throw new Error('no kind of object records such a chain');
  const sessions = objectsOf(env, env.MCP_SESSION, tenant);
  return recorderAt(sessions.get(sessions.idFromString(objectId)));
}

/**
 * How a chain stands: as its object says, or as it was when it was closed.
 * @returns null where its object has no memory of it, and has not closed it either.
 */
export async function chainStateOf(
  env: Env,
  tenant: string,
  { chain, closed }: ListedChain,
): Promise<ChainState | null> {
  if (closed) return closedState(closed);
  const state = await chainRecorderOf(env, tenant, chain).auditChainState(chain);
  if (state) return state;
  // It may have been closed since the list was read.
  const listed = await chainListOf(env, tenant).findAuditChain(chain);
  return listed?.closed ? closedState(listed.closed) : null;
}

function closedState(closed: ChainPoint): ChainState {
  return { head: closed, delivered: closed };
}

function recorderAt(stub: DurableObjectStub): ChainRecorder {
  return stub as unknown as ChainRecorder;
}
