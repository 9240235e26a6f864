import { expect, test } from 'vitest';
import type { ChainState } from './audit-chains.ts';
import type { AuditRow } from './audit-row.ts';
import { type ChainPoint, genesis } from './hash-chain.ts';
import { CHAIN, openHere, rowsOf } from './trail.fake.ts';
import { type Verification, type VerificationParts, verifyEvents } from './verification.ts';

const { tenant } = CHAIN;

/** An organisation's chains: what their objects know, and what is stored of them. */
class Organisation {
  readonly states = new Map<string, ChainState>();
  readonly listed = new Set<string>();
  readonly archived = new Map<string, ChainPoint>();
  readonly asked: string[] = [];
  rows: AuditRow[] = [];

  /** Adds a chain with so many events, of which the last are not delivered. */
  add(chain: string, count: number, undelivered = 0): this {
    const rows = rowsOf(count, { tenant, chain });
    const head = rows.at(-1) ?? genesis({ tenant, chain });
    const delivered = rows[count - undelivered - 1] ?? genesis({ tenant, chain });
    this.states.set(chain, { head, delivered });
    this.listed.add(chain);
    this.rows.push(...rows.slice(0, count - undelivered));
    return this;
  }

  get parts(): VerificationParts {
    const ofChain = (chain: string, is: (row: AuditRow) => boolean, limit: number) =>
      this.rows.filter(row => row.chain === chain && is(row)).slice(0, limit);
    return {
      tenant,
      events: {
        range: async ({ chain }, after, through, limit) =>
          ofChain(chain, ({ sequence }) => sequence > after && sequence <= through, limit),
        outside: async ({ chain }, first, head, limit) =>
          ofChain(chain, ({ sequence }) => sequence < first || sequence > head, limit),
        chains: async (_tenant, after, limit) =>
          [...new Set(this.rows.map(({ chain }) => chain))]
            .toSorted()
            .filter(chain => chain > after)
            .slice(0, limit),
      },
      list: {
        listAuditChains: async (after, limit) =>
          [...this.listed]
            .toSorted()
            .filter(chain => chain > after)
            .slice(0, limit)
            .map(chain => ({ chain, closed: null })),
      },
      archivedThrough: async chain => this.archived.get(chain) ?? null,
      stateOf: async ({ chain }) => {
        this.asked.push(chain);
        return this.states.get(chain) ?? null;
      },
      open: openHere,
    };
  }

  /** All requests that it takes to verify everything. */
  async verify(maxEvents = 100): Promise<Verification[]> {
    const answers: Verification[] = [];
    do answers.push(await verifyEvents(this.parts, answers.at(-1)?.next ?? null, maxEvents));
    while (answers.at(-1)?.next);
    return answers;
  }
}

const sum = (answers: readonly Verification[]) => ({
  chains: answers.reduce((total, { chains }) => total + chains, 0),
  events: answers.reduce((total, { events }) => total + events, 0),
  undelivered: answers.reduce((total, { undelivered }) => total + undelivered, 0),
  problems: answers.flatMap(({ problems }) => problems),
});

test('all chains are verified, and counted', async () => {
  const organisation = new Organisation().add('account/a', 3).add('account/b', 5, 2).add('account/c', 1);
  const answers = await organisation.verify();
  expect(answers).toHaveLength(1);
  expect(sum(answers)).toEqual({ chains: 3, events: 7, undelivered: 2, problems: [] });
});

test('an organisation without events has nothing wrong', async () => {
  expect(sum(await new Organisation().verify())).toEqual({
    chains: 0,
    events: 0,
    undelivered: 0,
    problems: [],
  });
});

test('a request looks at so many places, and the next goes on where it ended', async () => {
  const organisation = new Organisation().add('account/a', 10).add('account/b', 7, 3).add('account/c', 2);
  for (let maxEvents = 1; maxEvents <= 20; maxEvents += 1) {
    const answers = await organisation.verify(maxEvents);
    expect(answers.every(({ events }) => events <= maxEvents)).toBe(true);
    expect(sum(answers)).toEqual({ chains: 3, events: 16, undelivered: 3, problems: [] });
  }
});

test('a request looks at 50 chains', async () => {
  const organisation = new Organisation();
  for (let index = 0; index < 120; index += 1) organisation.add(`account/${index}`, 1);
  const answers = await organisation.verify(1000);
  expect(answers.map(({ chains }) => chains)).toEqual([50, 50, 20]);
  expect(sum(answers).problems).toEqual([]);
});

test('what is wrong is found once, whatever the parts', async () => {
  const organisation = new Organisation().add('account/a', 9).add('account/b', 4);
  organisation.rows = organisation.rows
    .filter(({ chain, sequence }) => chain === 'account/b' || sequence !== 4)
    .map(row => (row.chain === 'account/b' && row.sequence === 4 ? { ...row, atMs: 0 } : row));
  const problems = [
    { chain: 'account/a', kind: 'removed', sequence: 4, through: 4 },
    { chain: 'account/b', kind: 'edited', sequence: 4, through: 4 },
  ];
  for (const maxEvents of [1, 2, 3, 5, 100]) {
    expect(sum(await organisation.verify(maxEvents)).problems).toEqual(problems);
  }
});

test('a chain that is gone as a whole is missed', async () => {
  const organisation = new Organisation().add('account/a', 2).add('account/b', 3);
  organisation.rows = organisation.rows.filter(({ chain }) => chain !== 'account/b');
  expect(sum(await organisation.verify()).problems).toEqual([
    { chain: 'account/b', kind: 'removed', sequence: 1, through: 3 },
  ]);
});

test('a chain that nobody lists is told as unknown, and its object is not asked', async () => {
  const organisation = new Organisation().add('account/a', 2);
  organisation.rows.push(...rowsOf(2, { tenant, chain: 'account/x' }));
  const answers = await organisation.verify();
  expect(sum(answers)).toMatchObject({
    events: 2,
    problems: [{ chain: 'account/x', kind: 'unknown', sequence: null, through: null }],
  });
  expect(organisation.asked).not.toContain('account/x');
});

test('a cursor that begins after the end of its chain does not widen the page', async () => {
  const organisation = new Organisation().add('account/a', 2).add('account/b', 10);
  const begun = { chain: 'account/a', sequence: Number.MAX_SAFE_INTEGER, hash: null };
  const answer = await verifyEvents(organisation.parts, { after: '', begun }, 3);
  expect(answer.next?.begun).toMatchObject({ chain: 'account/b', sequence: 3 });
});

test('a chain of another tenant is not asked about, whatever a cursor says', async () => {
  const organisation = new Organisation().add('account/a', 2);
  const begun = { chain: 'account/of-others', sequence: 0, hash: null };
  const answer = await verifyEvents(organisation.parts, { after: '', begun }, 100);
  expect(answer).toMatchObject({ chains: 1, events: 2, problems: [] });
  expect(new Set(organisation.asked)).toEqual(new Set(['account/a']));
});

test('an object that has no memory of its chain is told', async () => {
  const organisation = new Organisation().add('account/a', 2);
  organisation.states.clear();
  expect(sum(await organisation.verify()).problems).toMatchObject([{ chain: 'account/a', kind: 'unknown' }]);
});

test('rows after the head are foreign, and those that are recorded meanwhile are not', async () => {
  const organisation = new Organisation().add('account/a', 3);
  const later = rowsOf(6, { tenant, chain: 'account/a' });
  const { range } = organisation.parts.events;
  const growing: VerificationParts = {
    ...organisation.parts,
    events: {
      ...organisation.parts.events,
      range: async (...args) => {
        // Between the object's first answer and the reading.
        organisation.rows = [...later.slice(0, 5)];
        const head = later[4] as AuditRow;
        organisation.states.set('account/a', { head, delivered: head });
        return range(...args);
      },
    },
  };
  for (const maxEvents of [3, 4, 100]) {
    organisation.rows = later.slice(0, 3);
    const head = later[2] as AuditRow;
    organisation.states.set('account/a', { head, delivered: head });
    expect(await verifyEvents(growing, null, maxEvents)).toMatchObject({ chains: 1, problems: [] });
  }
  organisation.rows = [...later];
  expect(sum(await organisation.verify()).problems).toEqual([
    { chain: 'account/a', kind: 'foreign', sequence: 6, through: 6 },
  ]);
});

test('where an object cannot be asked, nothing is said', async () => {
  const organisation = new Organisation().add('account/a', 3);
  const parts = { ...organisation.parts, stateOf: () => Promise.reject(new Error('overloaded')) };
  await expect(verifyEvents(parts, null, 100)).rejects.toThrow('overloaded');
});
