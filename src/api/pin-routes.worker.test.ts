import { env as bindings } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { itemOf } from '../catalog/pins/definition-item.ts';
import { pinStoreOf, sourceOf } from '../catalog/pins/tenant-pins.ts';
import type { Env } from '../env.ts';
import { ADA } from '../principal.fake.ts';
import type { Principal } from '../principal.ts';
import type { ApiCall } from './api-route.ts';
import { PIN_ROUTES } from './pin-routes.ts';
import { pinId } from './pin-views.ts';

const AT = { server: 'far', source: sourceOf('https://far.example/mcp') };
const ADDED = itemOf('tools', { name: 'added', inputSchema: { type: 'object' } });

/** An environment whose accounts record what they are told, or refuse to. */
function recording(isAvailable: boolean) {
  const recorded: unknown[] = [];
  const recordAudit = async (_owner: unknown, entry: unknown) => {
    if (!isAvailable) throw new Error('the outbox is full');
    recorded.push(entry);
  };
  const ACCOUNT = { getByName: () => ({ recordAudit }) };
  return { env: { ...bindings, ACCOUNT } as unknown as Env, recorded };
}

let tenants = 0;
/** An operator of an organisation in which nothing was decided yet. */
const freshOperator = () => ({ ...ADA, tenant: `tenant-${tenants++}` });

async function waiting(env: Env, { tenant }: Principal) {
  const store = pinStoreOf(env, tenant);
  await store.record(AT, [itemOf('tools', { name: 'first', inputSchema: { type: 'object' } })], 1);
  await store.record(AT, [ADDED], 2);
  return store;
}

const decide = (env: Env, principal: Principal, name: string, target: string) =>
  PIN_ROUTES.find(route => route.name === name)?.serve({ env, principal, target } as ApiCall);

const ID = pinId({ ...AT, hash: ADDED.hash });

test.each([
  ['approvePin', 'approved'],
  ['refusePin', 'refused'],
])('%s is on record with who, what and which form of it, before it counts', async (name, state) => {
  const [{ env, recorded }, operator] = [recording(true), freshOperator()];
  const store = await waiting(env, operator);
  expect(await decide(env, operator, name, ID)).toBeNull();
  expect(recorded).toMatchObject([
    {
      kind: `definition.${state}`,
      user: ADA.subject,
      server: 'far',
      definitions: 'tools/added',
      hash: ADDED.hash,
    },
  ]);
  expect(await store.find({ ...AT, hash: ADDED.hash })).toMatchObject({
    state,
    decision: { by: ADA.subject },
  });
});

test('what cannot be recorded is not decided', async () => {
  const [{ env }, operator] = [recording(false), freshOperator()];
  const store = await waiting(env, operator);
  await expect(decide(env, operator, 'approvePin', ID)).rejects.toThrow('the outbox is full');
  expect(await store.find({ ...AT, hash: ADDED.hash })).toMatchObject({ state: 'waiting' });
});

test.each(['', 'far', `far.${AT.source}.none`, `${ID}.more`, `near.${AT.source}.${ADDED.hash}`])(
  'a definition that is not there is not decided about, nor recorded: %j',
  async target => {
    const [{ env, recorded }, operator] = [recording(true), freshOperator()];
    await waiting(env, operator);
    await expect(decide(env, operator, 'approvePin', target)).rejects.toMatchObject({
      code: 'definition_unknown',
    });
    expect(recorded).toEqual([]);
  },
);
