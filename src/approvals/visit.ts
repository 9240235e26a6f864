import { currentPerson } from '../auth/sign-in/current-person.ts';
import { showOwnSignIn } from '../auth/sign-in/own-pages.tsx';
import { type Deployment, deploymentOf } from '../deployment.ts';
import type { Env } from '../env.ts';
import type { Person } from '../identity/person.ts';
import { type Approvals, type Approver, approvalsOf } from '../policy/approvals.ts';

/** Somebody at the pages of approvals, who is signed in. */
export interface Visit {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly person: Person;
  /** The same, as approvals know them. */
  readonly approver: Approver;
  /** Those of their organisation: there is no way to any other's. */
  readonly approvals: Approvals;
}

/** Lets a request in; where nobody is signed in, the page on which they sign in and come back. */
export async function visitOf(env: Env, request: Request, path: string): Promise<Visit | Response> {
  const deployment = await deploymentOf(env, request);
  const person = await currentPerson(env, deployment, deployment.request);
  if (!person) return showOwnSignIn(env, deployment, path);
  const { tenant, subject, roles, groups = [] } = person;
  const approver = { tenant, subject, roles, groups, client: null };
  return { env, deployment, person, approver, approvals: approvalsOf(env, tenant) };
}
