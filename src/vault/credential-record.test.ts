import { expect, test } from 'vitest';
import { keyRingOf } from '../crypto/key-ring.fake.ts';
import { seededRandom, withBitFlipped } from '../crypto/random.fake.ts';
import { faultLog } from '../errors.fake.ts';
import type { Credential } from './credential.ts';
import { openRecord, type RecordPlace, recordKey, sealRecord } from './credential-record.ts';

const RING = keyRingOf('k1');
const CREDENTIAL: Credential = {
  kind: 'oauth2',
  accessToken: 'canary-access',
  refreshToken: 'canary-refresh',
  expiresAtMs: 1,
  scopes: ['repo'],
};
const PLACE: RecordPlace = {
  owner: { tenant: 'acme', subject: 'okta|ada' },
  connection: 'github',
  origins: ['https://api.github.com', 'https://uploads.github.com'],
  version: 7,
};

const OPENED = { kind: 'opened', credential: CREDENTIAL };
const UNREADABLE = { kind: 'refused', reason: 'unreadable' };

/** Places that differ from {@link PLACE} in one thing each. */
const ELSEWHERE: readonly Partial<RecordPlace>[] = [
  { owner: { tenant: 'other', subject: 'okta|ada' } },
  { owner: { tenant: 'acme', subject: 'okta|eve' } },
  { connection: 'gitlab' },
  { origins: ['https://api.github.com'] },
  { origins: ['https://api.github.com', 'https://evil.example'] },
  { version: 6 },
  { version: 8 },
];

test('a record opens in its place, whatever the order of its origins', async () => {
  const { kid, text } = await sealRecord(RING, PLACE, CREDENTIAL);
  expect(kid).toBe('k1');
  expect(await openRecord(RING, PLACE, text)).toEqual(OPENED);
  expect(await openRecord(RING, { ...PLACE, origins: PLACE.origins.toReversed() }, text)).toEqual(OPENED);
});

test('a record says how it is sealed, and nothing of whose it is or what for', async () => {
  const { text } = await sealRecord(RING, PLACE, CREDENTIAL);
  const jwe = JSON.parse(text);
  const header = JSON.parse(Buffer.from(jwe.protected, 'base64url').toString());
  expect(header).toMatchObject({ alg: 'A256GCMKW', enc: 'A256GCM', kid: 'k1' });
  expect(Object.keys(jwe).toSorted()).toEqual(['ciphertext', 'encrypted_key', 'iv', 'protected', 'tag']);
  const readable = [
    text,
    ...Object.values<string>(jwe).map(part => Buffer.from(part, 'base64url').toString('latin1')),
  ];
  for (const word of ['acme', 'ada', 'github', 'canary']) expect(readable.join()).not.toContain(word);
});

test('each record has a content key of its own', async () => {
  const records = await Promise.all([1, 2].map(() => sealRecord(RING, PLACE, CREDENTIAL)));
  const [first, second] = records.map(({ text }) => JSON.parse(text));
  expect(first.encrypted_key).not.toBe(second.encrypted_key);
});

test('the key of a record tells the version only, and differs by owner and connection', () => {
  const key = recordKey(PLACE.owner, 'github', 7);
  expect(key).toMatch(/^vault:[A-Za-z0-9_-]{43}:7$/);
  const others = [
    recordKey({ tenant: 'acme', subject: 'okta|eve' }, 'github', 7),
    recordKey({ tenant: 'other', subject: 'okta|ada' }, 'github', 7),
    recordKey(PLACE.owner, 'gitlab', 7),
  ];
  expect(new Set([key, ...others]).size).toBe(4);
});

test.each(ELSEWHERE)('a record is refused where %o', async elsewhere => {
  const faults = faultLog();
  const { text } = await sealRecord(RING, PLACE, CREDENTIAL);
  expect(await openRecord(RING, { ...PLACE, ...elsewhere }, text)).toEqual(UNREADABLE);
  expect(faults()).toMatchObject([{ event: 'credential_record_refused', reason: 'unreadable' }]);
});

test('a record under a key that is gone, or that only claims to be under another, is refused', async () => {
  faultLog();
  const { text } = await sealRecord(RING, PLACE, CREDENTIAL);
  expect(await openRecord(keyRingOf('k2'), PLACE, text)).toEqual(UNREADABLE);
  expect(await openRecord(keyRingOf('k1', 'k2'), PLACE, text)).toEqual(OPENED);
  const header = Buffer.from(JSON.stringify({ alg: 'A256GCMKW', enc: 'A256GCM', kid: 'k2' })).toString(
    'base64url',
  );
  const claimed = JSON.stringify({ ...JSON.parse(text), protected: header });
  expect(await openRecord(keyRingOf('k1', 'k2'), PLACE, claimed)).toEqual(UNREADABLE);
});

test('a record that is missing is refused, and reported as that', async () => {
  const faults = faultLog();
  expect(await openRecord(RING, PLACE, null)).toEqual({ kind: 'refused', reason: 'missing' });
  expect(faults()).toMatchObject([{ reason: 'missing', connection: 'github' }]);
});

test('1,000 records that were tampered with are refused, every one', async () => {
  const faults = faultLog();
  const random = seededRandom();
  const { text } = await sealRecord(RING, PLACE, CREDENTIAL);
  const bytes = Buffer.from(text);
  for (let round = 0; round < 1000; round++) {
    const bad = Buffer.from(withBitFlipped(bytes, random.below(bytes.length * 8))).toString();
    expect(await openRecord(RING, PLACE, bad)).toEqual(UNREADABLE);
  }
  expect(faults()).toHaveLength(1000);
  expect(JSON.stringify(faults())).not.toContain('canary');
});

test('members that a record does not have are refused, the additional data in the clear among them', async () => {
  faultLog();
  const { text } = await sealRecord(RING, PLACE, CREDENTIAL);
  const more = (members: object) => JSON.stringify({ ...JSON.parse(text), ...members });
  for (const bad of [
    more({ aad: 'YQ' }),
    more({ header: { kid: 'k1' } }),
    more({ unprotected: {} }),
    `${text} `,
  ]) {
    expect(await openRecord(RING, PLACE, bad)).toEqual(UNREADABLE);
  }
});
