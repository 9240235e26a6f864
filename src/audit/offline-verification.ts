import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';
import { type Checkpoint, checkpointPoint, readCheckpoint } from './checkpoint.ts';
import { chainHash, genesis } from './hash-chain.ts';

const lineSchema = z.union([
  z.strictObject({ checkpoint: z.string() }),
  z.strictObject({
    id: z.string(),
    chain: z.string(),
    sequence: z.number().int(),
    previousHash: z.string(),
    hash: z.string(),
    event: z.looseObject({ id: z.string(), tenant: z.string() }).nullable(),
  }),
]);

type EventLine = Extract<z.infer<typeof lineSchema>, { hash: string }>;

/** What was found of an export. */
export interface OfflineVerdict {
  readonly events: number;
  readonly checkpoints: number;
  /** One line each. */
  readonly problems: readonly string[];
}

/**
 * Verifies an export of all events as NDJSON without the gateway: each event has its hash, each follows the one before it, and checkpoints
 * that were signed with a known key say the same.
 * @param keys what `/.well-known/gatehouse-audit-keys.json` answered.
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  keys: JSONWebKeySet,
): Promise<OfflineVerdict> {
  const verification = new OfflineVerification(keys);
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line !== '') await verification.take(line, number);
  }
  return verification.end();
}

/** Of each event no more is kept than its place and its hashes. */
class OfflineVerification {
  readonly #keys: JSONWebKeySet;
  readonly #chains = new Map<string, Map<number, EventHashes>>();
  readonly #archived = new Map<string, { through: number; hash: string }>();
  readonly #problems: string[] = [];
  readonly #checkpoints: Checkpoint[] = [];
  #tenant: string | null = null;
  #events = 0;
  #previous: string | null = null;

  constructor(keys: JSONWebKeySet) {
    this.#keys = keys;
  }

  async take(text: string, number: number): Promise<void> {
    const line = lineSchema.safeParse(jsonOf(text));
    if (!line.success) this.#problems.push(`line ${number} is none of an export`);
    else if ('checkpoint' in line.data) await this.#takeCheckpoint(line.data.checkpoint);
    else this.#takeEvent(line.data);
  }

  end(): OfflineVerdict {
    if (this.#checkpoints.length === 0)
      this.#problems.push('there is no checkpoint: a cut end would not be missed');
    for (const checkpoint of this.#checkpoints) this.#compare(checkpoint);
    for (const [chain, events] of this.#chains) this.#walk(chain, events);
    return { events: this.#events, checkpoints: this.#checkpoints.length, problems: this.#problems };
  }

  #takeEvent({ chain, sequence, previousHash, hash, id, event }: EventLine): void {
    const where = `${chain} ${sequence}`;
    this.#tenant ??= event?.tenant ?? null;
    const events = this.#chains.get(chain) ?? new Map<number, EventHashes>();
    if (events.has(sequence)) this.#problems.push(`${where} is there twice`);
    events.set(sequence, { previousHash, hash });
    this.#chains.set(chain, events);
    const text = event && JSON.stringify(event, Object.keys(event).toSorted());
    const isSound =
      text !== null &&
      event?.id === id &&
      event.tenant === this.#tenant &&
      chainHash(previousHash, sequence, text) === hash;
    if (isSound) this.#events += 1;
    else this.#problems.push(`${where} is not what was recorded`);
  }

  async #takeCheckpoint(jws: string): Promise<void> {
    const expected = this.#checkpoints.length + 1;
    const checkpoint = await readCheckpoint(this.#keys, jws);
    if (checkpoint?.sequence !== expected || checkpoint.previous !== this.#previous) {
      this.#problems.push(`checkpoint ${expected} was removed, or is not what was signed`);
    }
    if (!checkpoint) return;
    this.#previous = checkpointPoint(checkpoint.sequence, jws).hash;
    this.#checkpoints.push(checkpoint);
    for (const { chain, through, hash } of checkpoint.archived) this.#archived.set(chain, { through, hash });
  }

  #compare({ tenant, sequence: number, heads }: Checkpoint): void {
    this.#tenant ??= tenant;
    if (tenant !== this.#tenant) this.#problems.push(`checkpoint ${number} is another organisation's`);
    for (const { chain, sequence, hash } of heads) {
      const found = this.#chains.get(chain)?.get(sequence)?.hash;
      if (found === hash || (this.#archived.get(chain)?.through ?? 0) >= sequence) continue;
      this.#problems.push(
        `${chain} ${sequence} is ${found ? 'another than' : 'missing, and was there when'} checkpoint ${number} says`,
      );
    }
  }

  #walk(chain: string, events: ReadonlyMap<number, EventHashes>): void {
    const archived = this.#archived.get(chain);
    const start = genesis({ tenant: this.#tenant ?? '', chain });
    let [place, hash] = archived ? [archived.through, archived.hash] : [start.sequence, start.hash];
    for (const sequence of [...events.keys()].toSorted((one, other) => one - other)) {
      // What is archived may still have been there.
      if (sequence <= place) continue;
      if (sequence > place + 1) this.#problems.push(`${chain} lacks ${place + 1} to ${sequence - 1}`);
      const event = events.get(sequence) as EventHashes;
      if (sequence === place + 1 && event.previousHash !== hash)
        this.#problems.push(`${chain} ${sequence} does not follow what is before it`);
      [place, hash] = [sequence, event.hash];
    }
  }
}

interface EventHashes {
  readonly previousHash: string;
  readonly hash: string;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
