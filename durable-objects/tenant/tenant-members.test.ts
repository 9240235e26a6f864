import { expect, test } from 'vitest';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import { faultLog } from '../../src/errors.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { MemberList } from './tenant-members.ts';

const PAGE = { after: null, limit: 10 };
const ADA = { tenant: 'acme', subject: 'ada', roles: ['administrator'], name: 'Ada Lovelace' } as const;

function members() {
  const storage = new FakeStorage();
  return { storage, list: new MemberList(storage.storage.sql, keyRingOf('k1')) };
}

test('whoever signs in is a member, and is known as of the last sign-in', () => {
  const { list } = members();
  expect([list.has('ada'), list.list('acme', PAGE)]).toEqual([false, []]);
  list.signedIn({ ...ADA, name: 'Ada' }, 1);
  list.signedIn({ ...ADA, roles: ['member'] }, 2);
  expect(list.list('acme', PAGE)).toEqual([
    {
      subject: 'ada',
      name: 'Ada Lovelace',
      roles: ['member'],
      firstSignInMs: 1,
      lastSignInMs: 2,
      isSuspended: false,
    },
  ]);
});

test('names are sealed, and open in their tenant only', () => {
  const { storage, list } = members();
  list.signedIn(ADA, 1);
  expect(storage.dump()).not.toContain('Lovelace');
  const faults = faultLog();
  expect(list.list('other', PAGE)).toMatchObject([{ subject: 'ada', name: null }]);
  expect(faults()).toMatchObject([{ event: 'member_name_unreadable' }]);
});

test('someone without a name has none', () => {
  const { list } = members();
  list.signedIn({ tenant: 'acme', subject: 'ada', roles: ['member'] }, 1);
  expect(list.list('acme', PAGE)).toMatchObject([{ name: null }]);
});

test('a suspension outlives a sign-in', () => {
  const { list } = members();
  list.signedIn(ADA, 1);
  list.suspend('ada', true);
  list.signedIn(ADA, 2);
  expect(list.list('acme', PAGE)).toMatchObject([{ isSuspended: true }]);
  list.suspend('ada', false);
  expect(list.list('acme', PAGE)).toMatchObject([{ isSuspended: false }]);
});

test('members come in pages', () => {
  const { list } = members();
  for (const subject of ['b', 'a', 'c']) list.signedIn({ ...ADA, subject }, 1);
  expect(list.list('acme', { after: 'a', limit: 1 }).map(({ subject }) => subject)).toEqual(['b']);
});
