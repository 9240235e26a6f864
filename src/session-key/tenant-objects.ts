import type { Env } from '../env.ts';
import { accountObjectName, tenantObjectName } from './internal-bearer.ts';
import { objectsOf } from './jurisdiction.ts';

/** Whose account it is. */
interface AccountName {
  readonly tenant: string;
  readonly subject: string;
}

/** The account object of a user. What it can be asked says the interface that it is taken as. */
export function accountObject<As>(env: Env, { tenant, subject }: AccountName): As {
  return objectsOf(env, env.ACCOUNT, tenant).getByName(accountObjectName(tenant, subject)) as As;
}

/** The object of an organisation. */
export function tenantObject<As>(env: Env, tenant: string): As {
  return objectsOf(env, env.TENANT, tenant).getByName(tenantObjectName(tenant)) as As;
}
