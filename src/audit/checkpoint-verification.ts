import type { JSONWebKeySet } from 'jose';
import type { Archive } from './archive.ts';
import type { CheckpointState } from './audit-keeper.ts';
import { type ArchivedRange, type Checkpoint, checkpointPoint, readCheckpoint } from './checkpoint.ts';
import type { StoredCheckpoint, StoredCheckpoints } from './stored-checkpoints.ts';
import type { VerifiedPoint } from './verify-chain.ts';

/** How many checkpoints are read at once. */
const AT_ONCE = 20;

/** What checkpoints are verified with. */
export interface CheckpointParts {
  readonly tenant: string;
  readonly keys: JSONWebKeySet;
  readonly checkpoints: Pick<StoredCheckpoints, 'page' | 'hashesAt' | 'rangesOf'>;
  /** The last one, as the object says that signed it. */
  lastOf(): Promise<CheckpointState | null>;
  readonly archive: Pick<Archive, 'has' | 'checkpoint'> | null;
}

/** Something that checkpoints show to be wrong. Those of no chain are about the checkpoints themselves, at places among them. */
export interface CheckpointProblem {
  readonly chain: string | null;
  readonly kind:
    | 'checkpoint-edited'
    | 'checkpoint-removed'
    | 'checkpoint-unlinked'
    | 'checkpoint-head'
    | 'cut'
    | 'rewritten'
    | 'archive';
  readonly sequence: number;
  readonly through: number;
}

/** What one request found. */
export interface CheckpointVerdict {
  /** How many checkpoints are in order. */
  readonly checkpoints: number;
  readonly problems: readonly CheckpointProblem[];
  /** Where to go on; null where there is no more. */
  readonly next: VerifiedPoint | null;
}

/**
 * Verifies checkpoints against each other, their signatures, what their signer knows and what is stored of the chains: what a checkpoint
 * says was there must still be there, or be archived.
 * @param maxPlaces how many places of chains and archives to look at, and one checkpoint at least.
 */
export async function verifyCheckpoints(
  parts: CheckpointParts,
  from: VerifiedPoint,
  maxPlaces: number,
): Promise<CheckpointVerdict> {
  const problems: CheckpointProblem[] = [];
  let [point, left, checkpoints] = [from, maxPlaces, 0];
  for (;;) {
    // What must be there is asked before they are read, what may be there after.
    const before = await parts.lastOf();
    const page = await parts.checkpoints.page(point.sequence, AT_ONCE);
    for (const stored of page) {
      if (left <= 0) return { checkpoints, problems, next: point };
      problems.push(...gap(point.sequence + 1, stored.sequence - 1));
      const checkpoint = await checked(parts, stored);
      if (checkpoint) {
        const found = [
          ...link(point, stored, checkpoint),
          ...(await differences(parts, checkpoint, settledOf(before))),
        ];
        problems.push(...found);
        if (found.length === 0) checkpoints += 1;
        left -= 1 + checkpoint.heads.length + checkpoint.archived.length;
      } else {
        problems.push(about('checkpoint-edited', stored.sequence));
      }
      const { sequence, hash } = checkpointPoint(stored.sequence, stored.jws);
      point = { sequence, hash: checkpoint ? hash : null };
    }
    if (page.length < AT_ONCE) {
      problems.push(...(await endProblems(parts, point, before)));
      return { checkpoints, problems, next: null };
    }
  }
}

async function checked({ keys, tenant }: CheckpointParts, { jws, sequence }: StoredCheckpoint) {
  const checkpoint = await readCheckpoint(keys, jws);
  return checkpoint?.tenant === tenant && checkpoint.sequence === sequence ? checkpoint : null;
}

function link({ sequence, hash }: VerifiedPoint, stored: StoredCheckpoint, { previous }: Checkpoint) {
  // After a gap, or one that was edited, nobody can say what it follows.
  const isKnown = sequence === stored.sequence - 1 && (sequence === 0 || hash !== null);
  return isKnown && previous !== hash ? [about('checkpoint-unlinked', stored.sequence)] : [];
}

/** What is not, or not any more, as a checkpoint says. */
async function differences(
  { checkpoints, archive }: CheckpointParts,
  { sequence, heads, archived }: Checkpoint,
  settled: number,
): Promise<CheckpointProblem[]> {
  const stored = await checkpoints.hashesAt(heads);
  const recorded = await checkpoints.rangesOf(archived);
  const problems: CheckpointProblem[] = [];
  for (const head of heads) {
    const here = stored.filter(each => each.chain === head.chain && each.sequence === head.sequence);
    const isThere = here.some(({ hash }) => hash === head.hash);
    // What is archived was verified before, and its file is compared where its own checkpoint is.
    if (isThere || here.some(({ archived: through }) => (through ?? 0) >= head.sequence)) continue;
    problems.push(problem(here.some(({ hash }) => hash !== null) ? 'rewritten' : 'cut', head));
  }
  for (const range of archived) {
    // Of the last checkpoint that may be yet to come.
    const isRecorded =
      sequence > settled || recorded.some(each => isSameRange(each, range) && each.checkpoint === sequence);
    if (isRecorded && archive && (await archive.has(range))) continue;
    problems.push({ chain: range.chain, kind: 'archive', sequence: range.from, through: range.through });
  }
  return problems;
}

/** Whether two say that the same is archived. */
export function isSameRange(one: ArchivedRange, other: ArchivedRange): boolean {
  const members = ['chain', 'from', 'through', 'hash', 'object', 'digest'] as const;
  return members.every(member => one[member] === other[member]);
}

async function endProblems(
  { lastOf, archive }: CheckpointParts,
  { sequence, hash }: VerifiedPoint,
  before: CheckpointState | null,
): Promise<CheckpointProblem[]> {
  const mustReach = settledOf(before);
  if (mustReach > sequence) return gap(sequence + 1, mustReach);
  const after = await lastOf();
  const isBeyond = sequence > (after?.sequence ?? 0);
  const isOther = after?.sequence === sequence && hash !== null && after.hash !== hash;
  if (isBeyond || isOther) return [about('checkpoint-head', sequence)];
  // The object and the database may both have been put back; the archive then knows more than both.
  const isKnownLater = (after?.sequence ?? 0) === sequence && (await archive?.checkpoint(sequence + 1));
  const isStillLast = isKnownLater && (await lastOf())?.sequence === sequence;
  return isStillLast ? [about('checkpoint-head', sequence + 1)] : [];
}

/** The last checkpoint of which all is done that follows from it. */
function settledOf(last: CheckpointState | null): number {
  return last ? last.sequence - (last.isSettled ? 0 : 1) : 0;
}

function gap(sequence: number, through: number): CheckpointProblem[] {
  return through < sequence ? [] : [{ chain: null, kind: 'checkpoint-removed', sequence, through }];
}

function about(kind: CheckpointProblem['kind'], sequence: number): CheckpointProblem {
  return { chain: null, kind, sequence, through: sequence };
}

function problem(
  kind: CheckpointProblem['kind'],
  { chain, sequence }: { readonly chain: string; readonly sequence: number },
): CheckpointProblem {
  return { chain, kind, sequence, through: sequence };
}
