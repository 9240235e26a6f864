import { expect, test, vi } from 'vitest';
import type { Env } from '../env.ts';
import { ADA } from '../principal.fake.ts';
import type { Principal } from '../principal.ts';
import { BUNDLES } from './bundles.generated.ts';
import { type Caller, isolateFor, isolateId } from './isolate.ts';
import type { HostedBundle, Manifest } from './manifest.ts';

const [MODULE = ''] = Object.keys(BUNDLES.modules);

function bundle(isolation: Manifest['isolation'], change: Partial<HostedBundle> = {}): HostedBundle {
  const capabilities: Manifest['capabilities'] = isolation === 'tenant' ? [] : ['state'];
  const manifest = { title: 'M', description: 'M', isolation, capabilities, availability: 'always' as const };
  return { name: 'memory', manifest, codeHash: 'hash', mainModule: MODULE, modules: [MODULE], ...change };
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
    isolation => isolateId(bundle(isolation), caller()) === isolateId(bundle(isolation), other),
  );
  expect(found).toEqual(shared);
});

test('other code, another server and another scope have isolates of their own', () => {
  const ids = [
    isolateId(bundle('user'), caller()),
    isolateId(bundle('user', { codeHash: 'other' }), caller()),
    isolateId(bundle('user', { name: 'other' }), caller()),
    isolateId(bundle('session'), caller()),
    isolateId(bundle('tenant'), caller()),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('an id names server, code and scope, and hides whose it is', () => {
  expect(isolateId(bundle('user'), caller())).toMatch(/^memory\.hash\.user\.[A-Za-z0-9_-]{43}$/);
});

function load(hosted: HostedBundle) {
  const getEntrypoint = vi.fn(() => 'stub');
  const get = vi.fn((_id: string, _code: () => Record<string, unknown>) => ({ getEntrypoint }));
  const ServerState = vi.fn(({ props }: { props: unknown }) => ({ owner: props }));
  const env = { LOADER: { get }, KEY_RING: 'secret' } as unknown as Env;
  const stub = isolateFor(env, { ServerState }, hosted, caller());
  const [id, code] = get.mock.calls[0] ?? [];
  return { stub, id, code: code?.(), ServerState };
}

test('an isolate has its modules, no network, and only the state of its user and server', () => {
  const { stub, id, code } = load(bundle('user'));
  expect(stub).toBe('stub');
  expect(id).toBe(isolateId(bundle('user'), caller()));
  expect(code).toEqual({
    compatibilityDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    compatibilityFlags: ['no_nodejs_compat', 'enable_request_signal'],
    mainModule: MODULE,
    modules: { [MODULE]: BUNDLES.modules[MODULE] },
    env: { STATE: { owner: { tenant: 'acme', subject: 'ada', server: 'memory' } } },
    globalOutbound: null,
  });
});

test('an isolate without capabilities has an empty environment', () => {
  const { code, ServerState } = load(bundle('tenant'));
  expect(code).toMatchObject({ env: {}, globalOutbound: null });
  expect(ServerState).not.toHaveBeenCalled();
});
