import { expect, test } from 'vitest';
import type { AuditEntry } from '../audit/event.ts';
import { recordCredentialEvent } from './credential-audit.ts';
import type { CredentialEvent } from './credential-events.ts';

const WHICH = { owner: { tenant: 'acme', subject: 'okta|ada' }, connection: 'github', version: 3 };
const SAID = { user: 'okta|ada', owner: 'okta|ada', connection: 'github', version: 3 };

async function recorded(event: CredentialEvent): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  const trail = { record: async (entry: AuditEntry) => void entries.push(entry) };
  await recordCredentialEvent(trail, event);
  return entries;
}

test.each([
  [{ kind: 'kept' }, { kind: 'credential.kept' }],
  [
    { kind: 'dropped', cause: 'access-ended' },
    { kind: 'credential.dropped', cause: 'access-ended' },
  ],
  [{ kind: 'refreshed' }, { kind: 'credential.refreshed' }],
  [
    { kind: 'died', cause: 'answer-lost' },
    { kind: 'credential.died', cause: 'answer-lost' },
  ],
  [
    { kind: 'refused', reason: 'unreadable' },
    { kind: 'credential.refused', reason: 'unreadable', server: null },
  ],
] as const)('%o is recorded as that', async (event, entry) => {
  expect(await recorded({ ...WHICH, ...event })).toEqual([{ ...SAID, ...entry }]);
});

test.each(['tenant|credentials', 'server|github'])(
  'what happens to a credential of %s is nobody’s',
  async subject => {
    const owner = { tenant: 'acme', subject };
    expect(await recorded({ ...WHICH, owner, kind: 'refreshed' })).toMatchObject([
      { user: null, owner: subject },
    ]);
  },
);

test('what is not on record fails', async () => {
  const trail = { record: () => Promise.reject(new Error('full')) };
  await expect(recordCredentialEvent(trail, { ...WHICH, kind: 'kept' })).rejects.toThrow('full');
});
