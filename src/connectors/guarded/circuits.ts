import { lengthPrefixed, toBase64url } from '../../crypto/bytes.ts';
import type { Settings } from '../../env.ts';
import { Circuit } from './circuit.ts';

/** Whose way to a server it is. */
export interface CircuitOwner {
  readonly tenant: string;
  readonly subject: string;
  readonly server: string;
  /** Of what serves it; a change gets a new circuit. */
  readonly codeHash: string;
}

/** Only those that fail are remembered, and of them the latest. */
const MAX_CIRCUITS = 10_000;

/**
 * The circuits that a Worker isolate knows of. Each isolate learns by itself: to ask an object about each call would cost every call a
 * hop, to save a failing server some calls. And each user has their own: one member's calls, which may fail by what they ask, must
 * not cut off the others (docs/architecture.md, "When servers fail").
 */
const known = new Map<string, Circuit>();

/** The circuit of one user's way to one server. */
export function circuitOf(owner: CircuitOwner, settings: Settings): Circuit {
  const key = toBase64url(lengthPrefixed(owner.tenant, owner.subject, owner.server, owner.codeHash));
  const found = known.get(key);
  if (found) return found;
  makeRoom();
  const circuit = new Circuit({
    opensAfter: settings.CIRCUIT_OPENS_AFTER,
    pauseMs: settings.CIRCUIT_PAUSE_MS,
  });
  known.set(key, circuit);
  return circuit;
}

/** Lets go of those that would be the same if they were made anew, else of the oldest. */
function makeRoom(): void {
  if (known.size < MAX_CIRCUITS) return;
  for (const [key, circuit] of known) if (circuit.isFresh) known.delete(key);
  const [oldest] = known.keys();
  if (known.size >= MAX_CIRCUITS && oldest !== undefined) known.delete(oldest);
}
