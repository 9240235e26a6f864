import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { clientNames } from '../auth/client-names.ts';
import { readOwnForm } from '../auth/form.ts';
import { helpersFor } from '../auth/oauth-endpoints.ts';
import { renderPage } from '../auth/pages/page.tsx';
import { FOREIGN_FORM, refusalPage } from '../auth/refusal.tsx';
import { APPROVALS_PATH } from '../auth/sign-in/own-pages.tsx';
import { csrfToken } from '../auth/sign-in/sign-in.ts';
import { deploymentOf } from '../deployment.ts';
import { type Env, settingsOf } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import { mayWithdraw } from '../policy/approver.ts';
import { ApprovalPage } from './approval-page.tsx';
import { decide, noticeOf } from './decide.ts';
import { ApprovalListPage } from './list-page.tsx';
import { type Visit, visitOf } from './visit.ts';

type AppContext = Context<{ Bindings: Env }>;

const PAGE = `${APPROVALS_PATH}/:id`;

/** How many are shown at once. */
const SHOWN = 200;

/** The same for an approval that is not there, another organisation's, and one that is not theirs to see. */
const UNKNOWN = 'There is no such approval that is yours to see. It may have expired.';

/** The pages on which people see and decide about calls that have to be approved. */
export const approvalRoutes = new Hono<{ Bindings: Env }>()
  .use(PAGE, limitBody)
  .get(APPROVALS_PATH, showAll)
  .get(PAGE, show)
  .post(PAGE, post);

async function showAll(c: AppContext): Promise<Response> {
  const visit = await visitOf(c.env, c.req.raw, APPROVALS_PATH);
  if (visit instanceof Response) return visit;
  const { approvals, approver, person } = visit;
  const all = await approvals.listApprovals(approver, { state: null, after: '', limit: SHOWN });
  const body = ApprovalListPage({
    person: person.name ?? person.subject,
    approvals: all.toSorted((a, b) => b.askedAtMs - a.askedAtMs),
    isCut: all.length === SHOWN,
    notice: noticeOf(c.req.query('done')),
  });
  return renderPage({ title: 'Approvals', body, isWide: true });
}

async function show(c: AppContext): Promise<Response> {
  const visit = await visitOf(c.env, c.req.raw, pathOf(c));
  return visit instanceof Response ? visit : pageOf(visit, idOf(c), noticeOf(c.req.query('done')));
}

/** `POST /approvals/<id>`: decides, or withdraws. */
async function post(c: AppContext): Promise<Response> {
  const form = await readOwnForm(await deploymentOf(c.env, c.req.raw), c.req.raw);
  if (!form) return refusalPage(FOREIGN_FORM, 403);
  const visit = await visitOf(c.env, c.req.raw, pathOf(c));
  if (visit instanceof Response) return visit;
  try {
    return await decide(visit, idOf(c), form);
  } catch (error) {
    if (!(error instanceof GatehouseError) || error.httpStatus >= 500) throw error;
    return refusalPage(error.message, error.httpStatus === 200 ? 400 : error.httpStatus);
  }
}

async function pageOf(visit: Visit, id: string, notice: string | null): Promise<Response> {
  const { deployment, person, approvals, approver } = visit;
  const approval = await approvals.findApproval(approver, id);
  if (!approval) return refusalPage(UNKNOWN, 404);
  const { token, cookie } = csrfToken(deployment.settings.keyRing, deployment.request);
  const body = ApprovalPage({
    approval,
    person: person.name ?? person.subject,
    client: await clientNameOf(visit, approval.asker.client),
    mayWithdraw: mayWithdraw(approval, approver),
    notice,
    csrf: token,
  });
  return renderPage({ title: 'Approve a call', body, isWide: true }, new Headers({ 'set-cookie': cookie }));
}

async function clientNameOf({ env, deployment }: Visit, client: string): Promise<string | null> {
  const names = await clientNames(helpersFor(deployment, env), [client], deployment.settings.LIST_TIMEOUT_MS);
  return names.get(client) ?? null;
}

function idOf(c: AppContext): string {
  return c.req.param('id') ?? '';
}

function pathOf(c: AppContext): string {
  return `${APPROVALS_PATH}/${encodeURIComponent(idOf(c))}`;
}

function limitBody(c: AppContext, next: () => Promise<void>) {
  const { MAX_BODY_BYTES } = settingsOf(c.env);
  const message = `The form is larger than ${MAX_BODY_BYTES} bytes (setting MAX_BODY_BYTES).`;
  return bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => refusalPage(message, 413) })(c, next);
}
