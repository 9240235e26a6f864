import { changesOf } from '../catalog/pins/changes.ts';
import { flawOf } from '../catalog/pins/flaw.ts';
import { escapedText } from '../catalog/pins/hidden-text.ts';
import type { Pin } from '../catalog/pins/pin-store.ts';

/** What a pin is known by: its server, the address's digest and the definition's. */
export function pinId({ server, source, hash }: Pick<Pin, 'server' | 'source' | 'hash'>): string {
  return `${server}.${source}.${hash}`;
}

/** The parts of a pin's id; null where it is none. */
export function parsedPinId(id: string): Pick<Pin, 'server' | 'source' | 'hash'> | null {
  const [server, source, hash, ...more] = id.split('.');
  return server && source && hash && more.length === 0 ? { server, source, hash } : null;
}

/**
 * A definition as operators see it: nothing in it is hidden, and of one that has changed, what.
 * @param others of the same server, in the order in which they were approved.
 */
export function pinView(pin: Pin, others: readonly Pin[]): object {
  const before = others.findLast(
    ({ kind, name, state, hash }) =>
      state === 'approved' && kind === pin.kind && name === pin.name && hash !== pin.hash,
  );
  const { server, kind, name, state, foundAtMs, decision } = pin;
  return {
    id: pinId(pin),
    server,
    kind,
    name: escapedText(name),
    state,
    isNew: before === undefined,
    flaw: flawOf(pin),
    foundAt: new Date(foundAtMs).toISOString(),
    decidedAt: decision && new Date(decision.atMs).toISOString(),
    decidedBy: decision?.by ?? null,
    changes: changesOf(before?.definition ?? null, pin.definition),
  };
}
