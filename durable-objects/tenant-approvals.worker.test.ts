import { abortAllDurableObjects, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, test, vi } from 'vitest';
import { approver } from '../src/connectors/approving/approval-desk.fake.ts';
import type { Env } from '../src/env.ts';
import { refusal } from '../src/errors.fake.ts';
import { tenantOf } from '../src/grants/tenant.ts';
import { type ApprovalAsk, approvalsOf } from '../src/policy/approvals.ts';
import { tenantObjectName } from '../src/session-key/internal-bearer.ts';

const bindings = env as unknown as Env;
const OLIVIA = approver('olivia', { roles: ['operator'] });
const approvals = (tenant = 'acme') => approvalsOf(bindings, tenant);
const tenant = () => bindings.TENANT.getByName(tenantObjectName('acme'));

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** A call that somebody of the role operator has to approve; `call` stands for its arguments. */
function askFor(call: string, by: ApprovalAsk['rule']['by'] = { roles: ['operator'] }): ApprovalAsk {
  return {
    asker: { tenant: 'acme', subject: 'ada', client: 'agent', installation: 'laptop' },
    digests: { once: `once ${call}`, session: 'session', period: 'period' },
    rule: { id: 'two', effect: 'approve', by, scopes: ['once', 'session', 'period'], periodSeconds: 120 },
    clientName: 'Helper',
    server: 'files',
    kind: 'tool',
    name: 'remove',
    definitionHash: 'hash',
    arguments: '{"secret": "of ada"}',
    policyVersion: 1,
    ttlSeconds: 60,
  };
}

const once = { decision: 'once', reason: '' } as const;
const take = (ask: ApprovalAsk) => approvals(ask.asker.tenant).takeApprovals([ask], []);
const stateOf = async (id: string) => (await approvals().findApproval(OLIVIA, id))?.state;
const attempt = async (work: () => Promise<unknown>) => work();

test('what is asked for, decided and used survives a crash after each step', async () => {
  const id = await approvals().askApproval(askFor('a'));
  await abortAllDurableObjects();
  expect(await approvals().askApproval(askFor('a'))).toBe(id);
  await approvals().decideApproval(OLIVIA, id, once);
  await abortAllDurableObjects();
  expect(await take(askFor('a'))).toMatchObject({ kind: 'taken', ids: [id], held: [{ id, uses: 1 }] });
  await abortAllDurableObjects();
  expect(await take(askFor('a'))).toEqual({ kind: 'missing', at: 0 });
});

test('of two calls at once that one approval is for, one goes through', async () => {
  const id = await approvals().askApproval(askFor('a'));
  await approvals().decideApproval(OLIVIA, id, once);
  const takings = await Promise.all([take(askFor('a')), take(askFor('a'))]);
  expect(takings.map(({ kind }) => kind).toSorted()).toEqual(['missing', 'taken']);
});

test('of two who decide at once, one decides', async () => {
  const id = await approvals().askApproval(askFor('a'));
  const decide = (decision: 'once' | 'refuse') =>
    approvals().decideApproval(OLIVIA, id, { decision, reason: '' });
  const outcomes = await Promise.allSettled([decide('once'), decide('refuse')]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test.each([
  ['whoever asks, though they have the role', approver('ada', { roles: ['operator'] })],
  ['the client that asks, by a token of somebody who may', { ...OLIVIA, client: 'agent' }],
  ['a member without the role', approver('bob')],
])('%s may not decide', async (_title, who) => {
  const id = await approvals().askApproval(askFor('a'));
  await expect(attempt(() => approvals().decideApproval(who, id, once))).rejects.toMatchObject({
    code: expect.stringMatching(/approval_(forbidden|unknown)/),
  });
  expect(await take(askFor('a'))).toEqual({ kind: 'missing', at: 0 });
});

test('another organisation neither sees nor decides nor uses it', async () => {
  const id = await approvals().askApproval(askFor('a'));
  const stranger = { ...OLIVIA, tenant: 'other' };
  expect(await approvals('other').findApproval(stranger, id)).toBeNull();
  expect(await approvals().findApproval(stranger, id)).toBeNull();
  const refused = refusal('approval_unknown', /yours to see/);
  await expect(attempt(() => approvals('other').decideApproval(stranger, id, once))).rejects.toThrow(refused);
  await expect(attempt(() => approvals().decideApproval(stranger, id, once))).rejects.toThrow(refused);
});

test('a group may decide, by any of its names', async () => {
  const id = await approvals().askApproval(askFor('a', { groups: ['finance-*'] }));
  await approvals().decideApproval(approver('bob', { groups: ['finance-eu'] }), id, once);
  expect(await stateOf(id)).toBe('given');
});

test('who may see it: its asker, who may decide, and who runs the gateway', async () => {
  const id = await approvals().askApproval(askFor('a', 'user'));
  const seen = async (who: Parameters<typeof approver>) => approvals().findApproval(approver(...who), id);
  expect(await seen(['ada'])).toMatchObject({ mayDecide: true, arguments: '{"secret": "of ada"}' });
  expect(await seen(['olivia', { roles: ['operator'] }])).toMatchObject({ mayDecide: false });
  expect(await seen(['bob'])).toBeNull();
  expect(await approvals().listApprovals(approver('bob'), { state: null, after: '', limit: 9 })).toEqual([]);
});

test('whoever waits is woken by the decision', async () => {
  const id = await approvals().askApproval(askFor('a'));
  const waiting = approvals().awaitApproval(id, 60_000);
  await approvals().decideApproval(OLIVIA, id, { decision: 'refuse', reason: 'No.' });
  expect(await waiting).toBe(false);
  expect(await take(askFor('a'))).toMatchObject({ kind: 'refused', reason: 'No.' });
});

test('what has expired is good for nothing, and is forgotten by alarm', async () => {
  const asked = await approvals().askApproval(askFor('a'));
  const given = await approvals().askApproval(askFor('b'));
  await approvals().decideApproval(OLIVIA, given, { decision: 'period', reason: '' });
  vi.useFakeTimers({ now: Date.now() + 60_001, toFake: ['Date'] });
  await expect(attempt(() => approvals().decideApproval(OLIVIA, asked, once))).rejects.toThrow(
    refusal('approval_unknown', /expired/),
  );
  expect(await take(askFor('c'))).toMatchObject({ kind: 'taken', held: [] });
  vi.setSystemTime(Date.now() + 60_001);
  expect(await take(askFor('c'))).toEqual({ kind: 'missing', at: 0 });
  expect(await runDurableObjectAlarm(tenant())).toBe(true);
  const left = await runInDurableObject(tenant(), (_object, { storage }) =>
    storage.sql.exec('SELECT COUNT(*) AS n FROM approval').one(),
  );
  expect(left).toEqual({ n: 0 });
});

test('a standing approval is withdrawn by its user, and by who runs the gateway; not by others', async () => {
  for (const [who, isTheirs] of [
    [approver('bob'), false],
    [approver('ada'), true],
    [OLIVIA, true],
  ] as const) {
    const id = await approvals().askApproval(askFor('a'));
    await approvals().decideApproval(OLIVIA, id, { decision: 'period', reason: '' });
    expect(await approvals().withdrawApproval(who, id)).toBe(isTheirs);
    expect((await take(askFor('a'))).kind).toBe(isTheirs ? 'missing' : 'taken');
    await approvals().withdrawApproval(OLIVIA, id);
  }
});

test.each(['suspendMember', 'endMember'] as const)('%s ends all approvals of the member', async end => {
  await tenantOf(bindings, 'acme').memberSignedIn({ tenant: 'acme', subject: 'ada', roles: ['member'] });
  const id = await approvals().askApproval(askFor('a'));
  await approvals().decideApproval(OLIVIA, id, { decision: 'period', reason: '' });
  await tenantOf(bindings, 'acme')[end]({ tenant: 'acme', subject: 'ada' });
  expect(await take(askFor('a'))).toEqual({ kind: 'missing', at: 0 });
});

test('nothing that was said is stored in the clear, and what was changed in storage counts for nothing', async () => {
  const id = await approvals().askApproval(askFor('a'));
  const rows = await runInDurableObject(tenant(), (_object, { storage }) => {
    storage.sql.exec("UPDATE approval SET state = 'given'");
    return storage.sql.exec('SELECT * FROM approval').toArray();
  });
  const text = rows
    .flatMap(row => Object.values(row))
    .map(value => (value instanceof ArrayBuffer ? Buffer.from(value).toString('latin1') : String(value)));
  expect(text.join('\n')).not.toMatch(/secret|files|remove|Helper|once a/);
  expect(await take(askFor('a'))).toEqual({ kind: 'missing', at: 0 });
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
});

test('a user has only so many, and is told what to do', async () => {
  for (let count = 0; count < 100; count += 1) await approvals().askApproval(askFor(`call ${count}`));
  await expect(attempt(() => approvals().askApproval(askFor('one more')))).rejects.toThrow(
    refusal('limit_reached', /MAX_APPROVALS_PER_USER.*Withdraw/),
  );
});
