import { expect, test } from 'vitest';
import type { AuditEntry } from '../../audit/event.ts';
import { faultLog, refusal } from '../../errors.fake.ts';
import { sessionPublicId } from '../../grants/open-sessions.ts';
import { connectionOf } from '../connection.fake.ts';
import type { EgressProps } from './egress-props.ts';
import { scriptedExchange } from './exchange.fake.ts';
import { recordedSource } from './recorded-source.ts';
import { recordedUse } from './recorded-use.ts';

const USER = { tenant: 'acme', subject: 'ada' };
const PROPS: EgressProps = {
  user: USER,
  server: 'board',
  connections: ['tracker'],
  session: null,
  protocol: 'http',
};
const FULL = { record: () => Promise.reject(new Error('full')) };

/** A trail, and what is recorded by it. */
function openTrail() {
  const entries: AuditEntry[] = [];
  return { entries, record: async (entry: AuditEntry) => void entries.push(entry) };
}

const request = (address = 'https://api.tracker.example/items?token=canary') => ({
  url: new URL(address),
  method: 'GET',
  headers: new Headers(),
  body: null,
});

test('a use says who, which credential, the origin and the method, and nothing of path and query', async () => {
  const trail = openTrail();
  const session = { object: 'object-1', client: 'client-1', installation: 'installation-1' };
  await recordedUse(trail, { ...PROPS, session })(connectionOf(), 4, request());
  expect(trail.entries).toEqual([
    {
      kind: 'credential.used',
      user: 'ada',
      server: 'board',
      owner: 'ada',
      connection: 'tracker',
      version: 4,
      origin: 'https://api.tracker.example',
      method: 'GET',
      session: sessionPublicId('object-1'),
      client: 'client-1',
      installation: 'installation-1',
    },
  ]);
});

test.each([
  ['tenant', 'tenant|credentials'],
  ['server', 'server|board'],
] as const)(
  'a credential of the %s is named by its owner, and the use by its user',
  async (owner, subject) => {
    const trail = openTrail();
    await recordedUse(trail, PROPS)(connectionOf({ owner }), 1, request());
    expect(trail.entries).toMatchObject([{ user: 'ada', owner: subject, session: null, client: null }]);
  },
);

test('each hop and version is on record before it is sent, and repetitions are not counted anew', async () => {
  const trail = openTrail();
  const script = [
    new Response(null, { status: 503 }),
    new Response(null, { status: 302, headers: { location: '/next' } }),
    new Response(null, { status: 401 }),
    new Response('done'),
  ];
  const { exchange, sent } = scriptedExchange(script, { onUse: recordedUse(trail, PROPS) });
  await exchange.run(request());
  expect(sent).toHaveLength(4);
  expect(trail.entries).toMatchObject([{ version: 1 }, { version: 1 }, { version: 2 }]);
});

test('a credential whose use is not on record is not used', async () => {
  const faults = faultLog();
  const { exchange, sent } = scriptedExchange([new Response('done')], { onUse: recordedUse(FULL, PROPS) });
  await expect(exchange.run(request())).rejects.toThrow(
    refusal('audit_unavailable', /of the connection "tracker" .* This request was not sent/),
  );
  expect(sent).toEqual([]);
  expect(faults()).toMatchObject([{ event: 'use_not_recorded', connection: 'tracker' }]);
});

test('where an operator’s backend fails, that is on record, and the credential is refused anyhow', async () => {
  faultLog();
  const source = { credentialFor: () => Promise.reject(new Error('sealed')) };
  const question = {
    user: USER,
    server: 'board',
    connection: connectionOf({ owner: 'tenant', secret: 'KEY' }),
  };
  const trail = openTrail();
  await expect(recordedSource(source, trail).credentialFor(question)).rejects.toThrow('sealed');
  expect(trail.entries).toMatchObject([
    {
      kind: 'credential.refused',
      reason: 'backend-failed',
      user: 'ada',
      owner: 'tenant|credentials',
      version: null,
    },
  ]);
  await expect(recordedSource(source, FULL).credentialFor(question)).rejects.toThrow('sealed');
});
