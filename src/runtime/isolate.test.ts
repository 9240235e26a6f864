import { expect, test, vi } from 'vitest';
import type { Env } from '../env.ts';
import { ADA } from '../principal.fake.ts';
import type { Principal } from '../principal.ts';
import { type Caller, type IsolateCode, isolateFor, isolateId } from './isolate.ts';

function code(isolation: IsolateCode['isolation'], change: Partial<IsolateCode> = {}): IsolateCode {
  const capabilities: IsolateCode['capabilities'] = isolation === 'tenant' ? [] : ['state'];
  const modules = async () => ({ 'main.js': 'export default {}' });
  return {
    name: 'memory',
    codeHash: 'hash',
    isolation,
    capabilities,
    settings: {},
    connections: [],
    mainModule: 'main.js',
    modules,
    ...change,
  };
}

const caller = (principal: Partial<Principal> = {}, objectName = 'session-1'): Caller => ({
  principal: { ...ADA, ...principal },
  objectName,
});

/** Callers who differ from Ada's first session, and in which scopes they may share its isolate. */
test.each([
  ['another request of the session', caller({ scopes: [], roles: [] }), ['session', 'user', 'tenant']],
  ['another session of the user', caller({}, 'session-2'), ['user', 'tenant']],
  ['another client of the user', caller({ client: 'other' }, 'session-2'), ['user', 'tenant']],
  ['another user of the tenant', caller({ subject: 'eve' }), ['tenant']],
  ['a user of the same name in another tenant', caller({ tenant: 'other' }), []],
  ['names that are cut elsewhere', caller({ tenant: 'acmea', subject: 'da' }), []],
])('%s shares an isolate only where the scope says so', (_what, other, shared) => {
  const isolations = ['session', 'user', 'tenant'] as const;
  const found = isolations.filter(
    isolation => isolateId(code(isolation), caller()) === isolateId(code(isolation), other),
  );
  expect(found).toEqual(shared);
});

test("the isolate that definitions are read from is nobody's, so it is the same for everybody", () => {
  const others = [caller(), caller({}, 'session-2'), caller({ subject: 'eve' }), caller({ tenant: 'other' })];
  expect(new Set(others.map(other => isolateId(code('definitions'), other))).size).toBe(1);
});

test('other code, capabilities, settings, servers and scopes have isolates of their own', () => {
  const ids = [
    isolateId(code('user'), caller()),
    isolateId(code('user', { codeHash: 'other' }), caller()),
    isolateId(code('user', { name: 'other' }), caller()),
    isolateId(code('user', { capabilities: [] }), caller()),
    isolateId(code('user', { settings: { GREETING: 'a' } }), caller()),
    isolateId(code('user', { settings: { GREETING: 'b' } }), caller()),
    isolateId(code('user', { connections: ['github'] }), caller()),
    isolateId(code('user', { connections: ['git', 'hub'] }), caller()),
    isolateId(code('session'), caller()),
    isolateId(code('tenant'), caller()),
    isolateId(code('definitions'), caller()),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('an id names server, code and scope, and hides whose it is', () => {
  expect(isolateId(code('user'), caller())).toMatch(/^memory\.hash\.user\.[A-Za-z0-9_-]{43}$/);
});

async function load(hosted: IsolateCode) {
  const getEntrypoint = vi.fn(() => 'stub');
  const get = vi.fn((_id: string, _code: () => Promise<Record<string, unknown>>) => ({ getEntrypoint }));
  const ServerState = vi.fn(({ props }: { props: unknown }) => ({ owner: props }));
  const Egress = vi.fn(({ props }: { props: unknown }) => ({ egress: props }));
  const env = { LOADER: { get }, KEY_RING: 'secret' } as unknown as Env;
  const stub = isolateFor(env, { ServerState, Egress }, hosted, caller());
  const [id, loaded] = get.mock.calls[0] ?? [];
  return { stub, id, loaded: await loaded?.(), ServerState, Egress };
}

test('an isolate has its modules, no network, and only the state of its user and server', async () => {
  const { stub, id, loaded } = await load(code('user'));
  expect(stub).toBe('stub');
  expect(id).toBe(isolateId(code('user'), caller()));
  expect(loaded).toEqual({
    compatibilityDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    compatibilityFlags: ['no_nodejs_compat', 'enable_request_signal'],
    mainModule: 'main.js',
    modules: { 'main.js': 'export default {}' },
    env: { STATE: { owner: { tenant: 'acme', subject: 'ada', server: 'memory' } } },
    globalOutbound: null,
  });
});

test('what is not ours runs within limits', async () => {
  const limits = { cpuMs: 10, subRequests: 5 };
  expect((await load(code('user', { limits }))).loaded).toMatchObject({ limits });
});

test('the order in which settings were written makes no other isolate', () => {
  const ids = [
    { A: '1', B: '2' },
    { B: '2', A: '1' },
  ].map(settings => isolateId(code('user', { settings }), caller()));
  expect(ids[0]).toBe(ids[1]);
});

test('an isolate is given its settings as plain data', async () => {
  const { loaded } = await load(code('tenant', { settings: { GREETING: 'Hello' } }));
  expect(loaded).toMatchObject({ env: { SETTINGS: { GREETING: 'Hello' } } });
});

test('an isolate without capabilities has an empty environment', async () => {
  const { loaded, ServerState } = await load(code('tenant'));
  expect(loaded).toMatchObject({ env: {}, globalOutbound: null });
  expect(ServerState).not.toHaveBeenCalled();
});

const connections = ['github'];
const user = { tenant: 'acme', subject: 'ada' };

test('a server with connections has the egress to them, as its user, for its only network', async () => {
  const { loaded } = await load(code('user', { connections }));
  const egress = { user, server: 'memory', connections, session: null, protocol: 'http' };
  expect(loaded?.globalOutbound).toEqual({ egress });
});

test('the egress knows the session only of an isolate that is one session’s', async () => {
  const session = { object: 'session-1', client: 'editor', installation: 'installation-1' };
  const { loaded } = await load(code('session', { connections }));
  expect(loaded?.globalOutbound).toMatchObject({ egress: { user, server: 'memory', connections, session } });
});

test.each(['definitions', 'tenant'] as const)(
  'what is not one user’s has no network, whatever the server declares (%s)',
  async isolation => {
    const { loaded, Egress } = await load(code(isolation, { connections }));
    expect(loaded?.globalOutbound).toBeNull();
    expect(Egress).not.toHaveBeenCalled();
  },
);
