import type { ChainList, ChainState, ListedChain } from './audit-chains.ts';
import type { AuditRow } from './audit-row.ts';
import { type ChainPoint, genesis } from './hash-chain.ts';
import type { VerificationPlace } from './page-cursor.ts';
import type { StoredEvents } from './stored-events.ts';
import { type ChainProblem, type ChainVerdict, type VerifiedPoint, verifyChain } from './verify-chain.ts';

/** How many chains one request looks at, each of which asks its object twice. */
const MAX_CHAINS = 50;

/** How many rows are read of those that have no place in a chain. That there are any is enough to know. */
const MAX_STRAY_ROWS = 50;

/** What a verification works with. */
export interface VerificationParts {
  readonly tenant: string;
  readonly events: Pick<StoredEvents, 'range' | 'outside' | 'chains'>;
  readonly list: Pick<ChainList, 'listAuditChains'>;
  /** Up to where a chain is archived, by a checkpoint that says so; null where all of it is in the database. */
  archivedThrough(chain: string): Promise<ChainPoint | null>;
  /** How a chain stands, as the object says that records it, or as it was closed. */
  stateOf(chain: ListedChain): Promise<ChainState | null>;
  /** What a row says if it was recorded at a place; null where it was not. */
  open(row: AuditRow, sequence: number): string | null;
}

/** Something that is wrong with a chain. */
export type FoundProblem =
  | (ChainProblem & { readonly chain: string })
  /** There are events of a chain that no object records, or that the one which should has no memory of. */
  | { readonly chain: string; readonly kind: 'unknown'; readonly sequence: null; readonly through: null };

/** What one request found. */
export interface Verification {
  /** How many chains were verified to their end. */
  readonly chains: number;
  /** How many stored events are in order. */
  readonly events: number;
  /** How many events of those chains are recorded, and not yet in D1. */
  readonly undelivered: number;
  readonly problems: readonly FoundProblem[];
  /** Where to go on; null where there is no more. */
  readonly next: VerificationPlace | null;
}

/**
 * Verifies the stored events of an organisation against what the objects know that recorded them, chain after chain, as
 * far as one request goes.
 * @param from null to begin.
 * @param maxEvents how many places of chains to look at.
 * @throws where an object or the database cannot be asked; then nothing is said.
 */
export async function verifyEvents(
  parts: VerificationParts,
  from: VerificationPlace | null,
  maxEvents: number,
): Promise<Verification> {
  const counts = { chains: 0, events: 0, undelivered: 0 };
  const problems: FoundProblem[] = [];
  const { names, listed } = await chainsAfter(parts, from?.after ?? '');
  let after = from?.after ?? '';
  let left = maxEvents;
  for (const [index, chain] of names.entries()) {
    if (left <= 0 || index === MAX_CHAINS) return { ...counts, problems, next: { after, begun: null } };
    const first = (await parts.archivedThrough(chain)) ?? genesis({ tenant: parts.tenant, chain });
    const start = startOf(first, from, chain);
    const known = listed.get(chain);
    const part = known ? await verifyPart(parts, known, { first, start }, left) : null;
    if (part) {
      // A cursor that was made up may begin after the end; it must not widen the page.
      left -= Math.max(0, part.end.sequence - start.sequence);
      counts.events += part.verified;
      problems.push(...part.problems.map(problem => ({ ...problem, chain })));
      if (!part.isEnd) return { ...counts, problems, next: { after, begun: { chain, ...part.end } } };
      counts.undelivered += part.undelivered;
    } else {
      problems.push({ chain, kind: 'unknown', sequence: null, through: null });
    }
    counts.chains += 1;
    after = chain;
  }
  return { ...counts, problems, next: null };
}

/** The chains that should be there, and those that are. */
async function chainsAfter({ tenant, events, list }: VerificationParts, after: string) {
  // One more than is looked at tells whether there are more.
  const limit = MAX_CHAINS + 1;
  // A chain is listed before any of it is stored, so in this order none looks unlisted that is not.
  const stored = await events.chains(tenant, after, limit);
  const known = await list.listAuditChains(after, limit);
  const listed = new Map(known.map(each => [each.chain, each]));
  const names = [...new Set([...listed.keys(), ...stored])].toSorted().slice(0, limit);
  return { names, listed };
}

/** What was archived since a verification began need not be there any more. */
function startOf(first: ChainPoint, from: VerificationPlace | null, chain: string): VerifiedPoint {
  const begun = from?.begun;
  if (begun?.chain !== chain || begun.sequence < first.sequence) return first;
  return { sequence: begun.sequence, hash: begun.hash };
}

/** One part of a chain, verified. */
interface VerifiedPart extends ChainVerdict {
  /** Whether it was the last. */
  readonly isEnd: boolean;
  readonly undelivered: number;
}

/** @returns null where the object has recorded nothing. */
async function verifyPart(
  parts: VerificationParts,
  chain: ListedChain,
  { first, start }: { readonly first: ChainPoint; readonly start: VerifiedPoint },
  places: number,
): Promise<VerifiedPart | null> {
  const name = { tenant: parts.tenant, chain: chain.chain };
  const last = start.sequence + places;
  // Events are stored meanwhile: what must be there is asked before they are read, what may be there after.
  const before = await parts.stateOf(chain);
  const inside = await parts.events.range(name, start.sequence, last, places + MAX_STRAY_ROWS);
  const isEnd = last >= (before?.head.sequence ?? 0);
  const outside = isEnd ? await parts.events.outside(name, first.sequence + 1, last, MAX_STRAY_ROWS) : [];
  const after = await parts.stateOf(chain);
  if (!before || !after) return null;
  const strays = outside.filter(
    ({ sequence }) => sequence <= first.sequence || sequence > after.head.sequence,
  );
  const { delivered } = before;
  const { head } = after;
  const rows = [...inside, ...strays];
  const verdict = verifyChain({ start, last, rows, delivered, head, open: parts.open });
  const forgotten = first.sequence > head.sequence ? [headProblem(first.sequence)] : [];
  return {
    ...verdict,
    problems: [...verdict.problems, ...forgotten],
    isEnd,
    undelivered: head.sequence - after.delivered.sequence,
  };
}

/** An object that was put back to before what is archived of its chain. */
function headProblem(sequence: number): ChainProblem {
  return { kind: 'head', sequence, through: sequence };
}
