import { expect, test, vi } from 'vitest';
import { faultLog } from '../../errors.fake.ts';
import { approver } from '../approving/approval-desk.fake.ts';
import {
  ApprovedServer,
  answering,
  asked,
  BY_OPERATOR,
  BY_USER,
  DONE,
  refusalIn,
  resultOf,
} from './approved.fake.ts';

const OLIVIA = approver('dev|olivia', { roles: ['operator'] });
const NOTHING = { capabilities: {} };

test('a call that no rule has approved is made as it is, and what the server asks comes back to it', async () => {
  const server = new ApprovedServer();
  server.outcomes.push({
    kind: 'result',
    result: { resultType: 'input_required', requestState: 'approval:{}' },
  });
  const first = await server.call();
  const { requestState } = asked(first);
  await server.call({ rounds: { requestState, inputResponses: { name: {} } } });
  expect(server.requests.map(({ params }) => params.requestState)).toEqual([undefined, 'approval:{}']);
  expect(server.approvals.kinds).toEqual([]);
});

test('a user is asked in their session who calls what with which arguments, and what may be chosen', async () => {
  const server = new ApprovedServer(BY_USER);
  const { inputRequests } = asked(await server.call({ args: { path: 'a\u202eb' } }));
  const question = (inputRequests as { approve: { params: { message: string; requestedSchema: object } } })
    .approve;
  expect(question.params.message).toContain(
    'The app "Helper" wants to call the tool "remove" of the server "files"',
  );
  expect(question.params.message).toContain('"path": "a\\u{202e}b"');
  expect(question.params.requestedSchema).toMatchObject({
    properties: { decision: { enum: ['once', 'session', 'period', 'refuse'] } },
  });
  expect(server.requests).toEqual([]);
});

test('once is for one call: every step is on record before it is made, and its record names the approval', async () => {
  const server = new ApprovedServer(BY_USER);
  expect(await server.call({ rounds: answering(await server.call(), 'once') })).toEqual(DONE);
  expect(server.approvals.kinds).toEqual(['approval.asked', 'approval.given', 'approval.used']);
  expect(server.seen.at(-1)).toMatch(/^[0-9a-f-]{36}$/);
  asked(await server.call());
  expect(server.requests).toHaveLength(1);
});

test('an answer that is sent again makes no second call', async () => {
  const server = new ApprovedServer(BY_USER);
  const rounds = answering(await server.call(), 'once');
  const both = await Promise.all([server.call({ rounds }), server.call({ rounds })]);
  expect(both.filter(outcome => resultOf(outcome).resultType === 'complete')).toHaveLength(1);
  asked(await server.call({ rounds }));
  expect(server.requests).toHaveLength(1);
});

test.each([
  ['a decision to refuse', 'refuse', 'accept'],
  ['a question that is declined', '', 'decline'],
  ['a question that is closed', '', 'cancel'],
])('%s ends the call, which nobody asks about again at once', async (_title, decision, action) => {
  const server = new ApprovedServer(BY_USER);
  const ended = await server.call({ rounds: answering(await server.call(), decision, action) });
  expect(refusalIn(ended)).toMatchObject({
    code: 'approval_refused',
    rule: 'ask-first',
    outcome: 'not-sent',
  });
  expect(refusalIn(await server.call())).toMatchObject({ code: 'approval_refused' });
  expect(server.requests).toEqual([]);
  expect(server.approvals.kinds).toEqual(['approval.asked', 'approval.refused']);
});

test('an answer that chooses what was not offered is asked again', async () => {
  const server = new ApprovedServer({ ...BY_USER, scopes: ['once'] });
  asked(await server.call({ rounds: answering(await server.call(), 'period') }));
  expect(server.requests).toEqual([]);
});

test('an approval for a session is for any arguments, in that session only', async () => {
  const server = new ApprovedServer(BY_USER);
  await server.call({ rounds: answering(await server.call(), 'session') });
  expect(await server.call({ args: { id: 8 } })).toEqual(DONE);
  asked(await server.call({ desk: { session: 'session-2' } }));
});

test('an approval for a period is for all sessions of the installation, until it is over', async () => {
  const server = new ApprovedServer(BY_USER);
  vi.useFakeTimers({ toFake: ['Date'] });
  await server.call({ rounds: answering(await server.call(), 'period') });
  expect(await server.call({ args: { id: 8 }, desk: { session: 'session-2' } })).toEqual(DONE);
  vi.setSystemTime(Date.now() + 7_200_001);
  asked(await server.call({ args: { id: 8 } }));
  vi.useRealTimers();
});

const ASKER = { tenant: 'acme', subject: 'dev|ada', client: 'agent', installation: 'laptop' };

test.each([
  ['other arguments', { args: { id: 8 } }],
  ['another user', { desk: { asker: { ...ASKER, subject: 'dev|eve' } } }],
  ['another client', { desk: { asker: { ...ASKER, client: 'other' } } }],
  ['another installation', { desk: { asker: { ...ASKER, installation: 'phone' } } }],
  ['another version of the server', { codeHash: 'v2' }],
  ['another definition of the tool', { tool: { name: 'remove', description: 'all' } }],
])('an approval of one call is not for %s', async (_title, other) => {
  const server = new ApprovedServer(BY_OPERATOR);
  const { approval } = refusalIn(await server.call(NOTHING));
  await server.approvals.requests.decide(OLIVIA, String(approval), { decision: 'once', reason: '' });
  expect(refusalIn(await server.call({ ...NOTHING, ...other }))).toMatchObject({ code: 'approval_required' });
  expect(server.requests).toEqual([]);
  expect(await server.call(NOTHING)).toEqual(DONE);
});

test('the same arguments in another order are the same call', async () => {
  const server = new ApprovedServer(BY_OPERATOR);
  const { approval } = refusalIn(await server.call({ ...NOTHING, args: { a: 1, b: { c: 2, d: 3 } } }));
  await server.approvals.requests.decide(OLIVIA, String(approval), { decision: 'once', reason: '' });
  expect(await server.call({ ...NOTHING, args: { b: { d: 3, c: 2 }, a: 1 } })).toEqual(DONE);
});

test('a standing approval ends when its rule changes', async () => {
  const server = new ApprovedServer(BY_USER);
  await server.call({ rounds: answering(await server.call(), 'period') });
  server.rules = [{ ...BY_USER, periodSeconds: 60 }];
  asked(await server.call());
});

test('what a deny rule says meanwhile counts more than an answer', async () => {
  const server = new ApprovedServer(BY_USER);
  const rounds = answering(await server.call(), 'once');
  server.isDenied = true;
  expect(refusalIn(await server.call({ rounds }))).toMatchObject({ code: 'policy_denied' });
  expect(server.requests).toEqual([]);
});

test('later rounds of an approved call are not asked about, each once', async () => {
  const server = new ApprovedServer(BY_USER);
  const question = { resultType: 'input_required', inputRequests: { name: {} }, requestState: 'theirs' };
  server.outcomes.push({ kind: 'result', result: question });
  const second = await server.call({ rounds: answering(await server.call(), 'once') });
  const later = { requestState: asked(second).requestState, inputResponses: { name: { action: 'accept' } } };
  expect(await server.call({ rounds: later })).toEqual(DONE);
  expect(server.requests[1]?.params).toMatchObject({ requestState: 'theirs', inputResponses: { name: {} } });
  expect(asked(await server.call({ rounds: later })).inputRequests).toHaveProperty('approve');
  expect(server.requests).toHaveLength(2);
});

test('every rule that asks has to be satisfied before anything is used up', async () => {
  const server = new ApprovedServer(BY_USER, BY_OPERATOR);
  const refused = await server.call({ rounds: answering(await server.call(), 'once') });
  const { approval } = refusalIn(refused);
  expect(server.requests).toEqual([]);
  await server.approvals.requests.decide(OLIVIA, String(approval), { decision: 'once', reason: '' });
  expect(await server.call()).toEqual(DONE);
  expect(server.approvals.kinds.filter(kind => kind === 'approval.used')).toHaveLength(2);
});

test('a client without forms is told where its user decides, and goes through when it calls again', async () => {
  const server = new ApprovedServer(BY_USER);
  const { code, url, approval } = refusalIn(await server.call(NOTHING));
  expect([code, url]).toEqual(['approval_required', `https://mcp.example/approvals/${approval}`]);
  expect(refusalIn(await server.call(NOTHING)).approval).toBe(approval);
  await server.approvals.requests.decide(approver('dev|ada'), String(approval), {
    decision: 'once',
    reason: '',
  });
  expect(await server.call(NOTHING)).toEqual(DONE);
});

test('a client that opens links waits for whoever decides, and goes on by itself', async () => {
  const server = new ApprovedServer(BY_OPERATOR);
  const capabilities = { elicitation: { form: {}, url: {} } };
  const first = await server.call({ capabilities });
  const [view] = server.approvals.requests.list(OLIVIA, { state: 'asked', after: '', limit: 10 });
  const ended = server.call({ capabilities, rounds: answering(first, '') });
  await server.approvals.requests.decide(OLIVIA, view?.id ?? '', { decision: 'once', reason: '' });
  expect(await ended).toEqual(DONE);
});

test('what whoever decides gives as a reason is told to the agent', async () => {
  const server = new ApprovedServer(BY_OPERATOR);
  const { approval } = refusalIn(await server.call(NOTHING));
  await server.approvals.requests.decide(OLIVIA, String(approval), {
    decision: 'refuse',
    reason: 'Not today.',
  });
  expect(JSON.stringify(resultOf(await server.call(NOTHING)).content)).toContain('Not today.');
});

test('a client that acts for itself has no user to ask', async () => {
  const server = new ApprovedServer(BY_USER);
  const outcome = await server.call({ desk: { isClientItself: true } });
  expect(refusalIn(outcome)).toMatchObject({ code: 'approval_required' });
  expect(refusalIn(outcome)).not.toHaveProperty('url');
});

test('what cannot be put on record is neither asked, decided nor done', async () => {
  faultLog();
  const server = new ApprovedServer(BY_USER);
  const first = await server.call();
  server.approvals.isTrailFull = true;
  expect(await server.call({ args: { id: 8 } })).toMatchObject({ kind: 'error' });
  expect(await server.call({ rounds: answering(first, 'once') })).toMatchObject({ kind: 'error' });
  expect(server.requests).toEqual([]);
  server.approvals.isTrailFull = false;
  expect(await server.call({ rounds: answering(first, 'once') })).toEqual(DONE);
});

test('of two who decide at once, one decides, and only that is on record', async () => {
  const server = new ApprovedServer(BY_OPERATOR);
  const id = String(refusalIn(await server.call(NOTHING)).approval);
  const decide = (decision: 'once' | 'refuse') =>
    server.approvals.requests.decide(OLIVIA, id, { decision, reason: '' });
  await Promise.allSettled([decide('once'), decide('refuse')]);
  expect(server.approvals.kinds).toEqual(['approval.asked', 'approval.given']);
});

test('what could not be put on record is as it was: asked for anew, and still good', async () => {
  faultLog();
  const server = new ApprovedServer(BY_OPERATOR);
  server.approvals.isTrailFull = true;
  expect(await server.call(NOTHING)).toMatchObject({ kind: 'error' });
  server.approvals.isTrailFull = false;
  const id = String(refusalIn(await server.call(NOTHING)).approval);
  expect(server.approvals.kinds).toEqual(['approval.asked']);
  await server.approvals.requests.decide(OLIVIA, id, { decision: 'once', reason: '' });
  server.approvals.isTrailFull = true;
  expect(await server.call(NOTHING)).toMatchObject({ kind: 'error' });
  server.approvals.isTrailFull = false;
  expect(await server.call(NOTHING)).toEqual(DONE);
  expect(server.requests).toHaveLength(1);
});

test('a question of the gateway is not taken for what a server has said, which guards look at', async () => {
  const server = new ApprovedServer(BY_USER);
  server.others = [{ id: 'small', effect: 'guard', on: ['result'], find: { maxBytes: 64 }, action: 'deny' }];
  expect(asked(await server.call()).inputRequests).toHaveProperty('approve');
});
