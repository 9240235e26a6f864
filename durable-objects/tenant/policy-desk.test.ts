import { expect, test } from 'vitest';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import type { PolicyChange } from '../../src/policy/policy-keeper.ts';
import type { Policy } from '../../src/policy/rule.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { PolicyDesk, type PolicyDeskParts } from './policy-desk.ts';
import { PolicyVersions } from './policy-versions.ts';

const AUTHOR = { tenant: 'acme', subject: 'ada', client: 'console', installation: 'i1' };
const policyOf = (...ids: string[]): Policy => ({ rules: ids.map(id => ({ id, effect: 'allow' })) });
const changeOf = (basedOn: number, reason = 'because'): PolicyChange => ({ author: AUTHOR, basedOn, reason });

/** A desk with its storage; `record` stands for the audit trail, and everything is noted in its order. */
function deskWith(record = async () => {}) {
  const fake = new FakeStorage();
  const versions = new PolicyVersions(fake.storage.sql, keyRingOf('k1'), 'acme');
  const order: unknown[] = [];
  const trailOf = () => ({
    record: async (entry: object) => {
      await record();
      order.push({ ...entry, current: versions.current });
    },
  });
  const announce = async () => void order.push(`announced ${versions.current}`);
  const parts: PolicyDeskParts = { versions, trailOf, announce };
  return { fake, desk: new PolicyDesk(), parts, versions, order };
}

test('a policy is on record before it is saved, and told of after', async () => {
  const { desk, parts, order, versions } = deskWith();
  expect(await desk.save(parts, changeOf(0), policyOf('first'))).toBe(1);
  expect(order).toEqual([
    { kind: 'policy.saved', user: 'ada', version: 1, client: 'console', installation: 'i1', current: 0 },
    'announced 1',
  ]);
  expect(versions.read(1)).toMatchObject({
    policy: policyOf('first'),
    author: 'ada',
    reason: 'because',
    restores: null,
  });
});

test('what cannot be recorded is not saved', async () => {
  const { desk, parts, versions } = deskWith(() => Promise.reject(new Error('full')));
  await expect(desk.save(parts, changeOf(0), policyOf('first'))).rejects.toThrow('full');
  expect(versions.current).toBe(0);
});

test('of two changes of one version only the first is made, however slow the trail is', async () => {
  const { desk, parts, versions } = deskWith(() => new Promise(resolve => setImmediate(resolve)));
  const saves = ['a', 'b'].map(id => desk.save(parts, changeOf(0), policyOf(id)));
  const [first, second] = await Promise.allSettled(saves);
  expect(first).toMatchObject({ status: 'fulfilled', value: 1 });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'version_conflict' } });
  expect(versions.list(null, 10).map(({ version }) => version)).toEqual([1, 0]);
});

test('a rule that is wrong is refused with its place, and nothing is on record', async () => {
  const { desk, parts, order } = deskWith();
  const wrong = { rules: [{ id: 'odd', effect: 'allow', when: 'user.' }] } as Policy;
  await expect(desk.save(parts, changeOf(0), wrong)).rejects.toMatchObject({
    code: 'policy_invalid',
    message: expect.stringContaining('"odd"'),
  });
  expect(order).toEqual([]);
});

test('rolling back makes a new version of what an earlier one said, and keeps both', async () => {
  const { desk, parts, versions } = deskWith();
  await desk.save(parts, changeOf(0), policyOf('first'));
  await desk.save(parts, changeOf(1), policyOf('second'));
  expect(await desk.rollBack(parts, changeOf(2, 'it was better'), 1)).toBe(3);
  expect(versions.read(3)).toMatchObject({
    policy: policyOf('first'),
    restores: 1,
    reason: 'it was better',
  });
  expect(versions.read(2)).toMatchObject({ policy: policyOf('second') });
  await expect(desk.rollBack(parts, changeOf(3), 9)).rejects.toMatchObject({ code: 'version_unknown' });
});

test('versions come in pages, the newest first and the default policy last', async () => {
  const { desk, parts, versions } = deskWith();
  for (const n of [0, 1, 2]) await desk.save(parts, changeOf(n), policyOf(`p${n}`));
  const numbers = (before: number | null, limit: number) =>
    versions.list(before, limit).map(({ version }) => version);
  expect([numbers(null, 2), numbers(2, 2), numbers(1, 2), numbers(0, 2)]).toEqual([[3, 2], [1, 0], [0], []]);
});

test('nothing that was said is stored in the clear, and a flipped bit is not opened', async () => {
  const { desk, parts, versions, fake } = deskWith();
  await desk.save(parts, changeOf(0, 'the secret reason'), policyOf('secret-rule'));
  expect(fake.dump()).not.toMatch(/secret|ada/);
  fake.flipBit('policy_version', 'policy', 'version = 1');
  expect(() => versions.read(1)).toThrow(expect.objectContaining({ code: 'sealed_unreadable' }));
});
