import { EncryptJWT, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import { keyRingOf } from '../crypto/key-ring.fake.ts';
import { refusal } from '../errors.fake.ts';
import { ADA } from '../principal.fake.ts';
import { type Hop, openHop, sealHop } from './hop-assertion.ts';

const RING = keyRingOf('k1');
const KEY = RING.derive('k1', 'hop-assertion');
const HOP: Hop = {
  principal: ADA,
  handle: { kind: 'session', id: 'v1.k1.random.mac', kid: 'k1' },
  bearer: Uint8Array.of(0, 127, 255),
  objectName: 'object-1',
  server: 'memory',
  network: { country: 'NO', traceparent: null },
};
const REFUSED = refusal('assertion_refused', 'This object answers only to the gateway itself.');

/** What a hop asserts, on a JWT that is wrong in one thing. */
function assertion(change: { audience?: string; issuer?: string; expires?: string } = {}) {
  const { bearer: _bearer, ...claims } = HOP;
  return new EncryptJWT({ ...claims, bearer: 'AH__' })
    .setIssuer(change.issuer ?? 'gatehouse:edge')
    .setAudience(change.audience ?? 'gatehouse:mcp-session')
    .setIssuedAt()
    .setExpirationTime(change.expires ?? '30s');
}
const dir = { alg: 'dir', enc: 'A256GCM', kid: 'k1' } as const;

afterEach(() => {
  vi.useRealTimers();
});

test('a hop arrives as it was sent, bearer and null server included', async () => {
  expect(await openHop(RING, await sealHop(RING, HOP))).toMatchObject(HOP);
  const home = { ...HOP, handle: { kind: 'home', kid: 'k1' } as const, server: null };
  expect(await openHop(RING, await sealHop(RING, home))).toMatchObject(home);
});

test('a hop shows nothing of what it holds but the kid', async () => {
  const [header = '', ...rest] = (await sealHop(RING, HOP)).split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual(dir);
  const readable = Buffer.from(rest.join(''), 'base64url').toString('latin1');
  expect(readable).not.toContain(ADA.installation.key);
  expect(readable).not.toContain(ADA.subject);
});

test('a hop is good for 30 seconds and not a second more', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  const sealed = await sealHop(RING, HOP);
  vi.setSystemTime(1_700_000_029_000);
  expect(await openHop(RING, sealed)).toMatchObject(HOP);
  vi.setSystemTime(1_700_000_031_000);
  await expect(openHop(RING, sealed)).rejects.toThrow(REFUSED);
});

test('a hop made of the same parts by hand is good: the refusals below have one cause each', async () => {
  const sealed = await assertion().setProtectedHeader(dir).encrypt(KEY);
  expect(await openHop(RING, sealed)).toMatchObject(HOP);
});

test.each([
  ['for another audience', { audience: 'gatehouse:sign-in' }],
  ['of another issuer', { issuer: 'someone' }],
  ['that has expired', { expires: '-1s' }],
])('a hop %s is refused', async (_what, change) => {
  const sealed = await assertion(change).setProtectedHeader(dir).encrypt(KEY);
  await expect(openHop(RING, sealed)).rejects.toThrow(REFUSED);
});

test.each([
  ['another purpose', RING.derive('k1', 'sign-in'), dir],
  ['another master key', keyRingOf('k2').derive('k2', 'hop-assertion'), dir],
  ['a kid that is not in the ring', KEY, { ...dir, kid: 'k9' }],
  ['no kid', KEY, { alg: 'dir', enc: 'A256GCM' }],
  ['another content encryption', new Uint8Array(64), { ...dir, enc: 'A256CBC-HS512' }],
  ['another key management', KEY, { ...dir, alg: 'A256KW' }],
])('a hop under %s is refused', async (_what, key, header) => {
  const sealed = await assertion().setProtectedHeader(header).encrypt(key);
  await expect(openHop(RING, sealed)).rejects.toThrow(REFUSED);
});

test('a token that is signed and not encrypted is refused', async () => {
  const { bearer: _bearer, ...claims } = HOP;
  const signed = await new SignJWT({ ...claims, bearer: 'AH__' })
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .setIssuer('gatehouse:edge')
    .setAudience('gatehouse:mcp-session')
    .setExpirationTime('30s')
    .sign(KEY);
  await expect(openHop(RING, signed)).rejects.toThrow(REFUSED);
});

test('a token of alg none is refused', async () => {
  const unsecured = new UnsecuredJWT({ ...HOP }).setAudience('gatehouse:mcp-session').encode();
  await expect(openHop(RING, unsecured)).rejects.toThrow(REFUSED);
});

test('a hop is refused after a change in any of its parts', async () => {
  const parts = (await sealHop(RING, HOP)).split('.');
  for (const [at, part] of parts.entries()) {
    const changed = part === '' ? 'AA' : (part.startsWith('A') ? 'B' : 'A') + part.slice(1);
    await expect(openHop(RING, parts.with(at, changed).join('.')), `part ${at}`).rejects.toThrow(REFUSED);
  }
});

test.each([null, '', 'a.b.c', '....', 'é'])('%j is no hop', async text => {
  await expect(openHop(RING, text)).rejects.toThrow(REFUSED);
});
