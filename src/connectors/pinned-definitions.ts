import { accountTrailOf } from '../audit/audit-trail.ts';
import type { Definitions } from '../catalog/definitions.ts';
import { type DefinitionItem, itemsOf } from '../catalog/pins/definition-item.ts';
import { namesOfItems } from '../catalog/pins/item-names.ts';
import { type PinnedServer, roomBesides } from '../catalog/pins/pin-store.ts';
import { approvedDefinitions, type Pins, pinned } from '../catalog/pins/pinned.ts';
import { forgetPins, pinStoreOf, pinsOf } from '../catalog/pins/tenant-pins.ts';
import { type Env, settingsOf } from '../env.ts';
import { GatehouseError, reportFault } from '../errors.ts';
import { withDeadline } from './deadline.ts';
import type { OfferedDefinitions } from './upstream.ts';

/** Whose definitions of which remote server are asked for, and how it is asked. */
export interface PinnedReading {
  readonly env: Env;
  readonly owner: { readonly tenant: string; readonly subject: string };
  readonly pinnedServer: PinnedServer;
  /** What the server says now, or said a short while ago. */
  readonly read: () => Promise<Definitions>;
}

/** Between two drifts of a server on the audit trail, while the first still waits. */
const DRIFT_PAUSE_MS = 60_000;

/** What is shown where a server cannot say itself what it offers. */
const SHOWN_AS_APPROVED = 'What it offers is shown as it was approved.';

/**
 * What a remote server offers, as far as it is approved. What is first seen of it is recorded, and what comes later waits for an operator.
 * Where the server cannot be asked, because it is down, or slow, or this user has not connected it yet, what was approved is shown,
 * with a note: so its tools can be called, and say what is wrong or ask the user to connect.
 * @throws as `read` does, where nothing was ever recorded.
 */
export async function pinnedDefinitions(reading: PinnedReading): Promise<OfferedDefinitions> {
  const { env, owner, pinnedServer } = reading;
  const asked = reading.read();
  // It may fail before anybody listens to it.
  asked.catch(() => {});
  const pins = await pinsOf(env, owner.tenant, pinnedServer);
  if (!pins) return approved(reading, await asked, await recorded(reading, itemsOf(await asked)));
  const said = await inHalfTheTime(asked, settingsOf(env).LIST_TIMEOUT_MS / 2);
  if ('why' in said) return { ...approvedDefinitions(pins), note: `${said.why} ${SHOWN_AS_APPROVED}` };
  return approved(reading, said.definitions, pins);
}

async function approved(
  reading: PinnedReading,
  definitions: Definitions,
  pins: Pins,
): Promise<OfferedDefinitions> {
  const { server } = reading.pinnedServer;
  const first = pinned(server, definitions, pins);
  if (first.unknown.length === 0 || roomBesides(pins, Date.now()) === 0) {
    return { ...first.definitions, hidden: first.hidden };
  }
  // What cannot be put on record is hidden until it can be.
  const noted = await recorded(reading, first.unknown, pins).catch(error => unrecorded(error, server, pins));
  const then = pinned(server, definitions, noted);
  return { ...then.definitions, hidden: then.hidden };
}

function unrecorded(error: unknown, server: string, pins: Pins): Pins {
  reportFault('definitions_not_recorded', error, { server });
  return pins;
}

/** Puts definitions on record. @returns what is on record then. */
async function recorded(
  { env, owner, pinnedServer }: PinnedReading,
  items: readonly DefinitionItem[],
  before?: Pins,
): Promise<Pins> {
  const nowMs = Date.now();
  const waiting = await pinStoreOf(env, owner.tenant).record(pinnedServer, items, nowMs);
  forgetPins(env, owner.tenant, pinnedServer);
  if (waiting.length > 0 && !hasJustDrifted(before, nowMs))
    await auditDrift(env, owner, pinnedServer, waiting);
  return (await pinsOf(env, owner.tenant, pinnedServer)) ?? { items: new Map() };
}

/** Whether something of the server has been waiting only for a moment: what changes without end does not fill the audit trail. */
function hasJustDrifted(pins: Pins | undefined, nowMs: number): boolean {
  return [...(pins?.items.values() ?? [])].some(
    ({ state, foundAtMs }) => state === 'waiting' && foundAtMs > nowMs - DRIFT_PAUSE_MS,
  );
}

/** A drift that is not on the audit trail is hidden all the same. */
async function auditDrift(
  env: Env,
  owner: PinnedReading['owner'],
  { server }: PinnedServer,
  items: readonly DefinitionItem[],
): Promise<void> {
  const entry = {
    kind: 'definition.drifted',
    user: owner.subject,
    server,
    definitions: namesOfItems(items),
  } as const;
  await accountTrailOf(env, owner)
    .record(entry)
    .catch(error => reportFault('drift_not_audited', error, { server }));
}

/** What a server says, or why it does not, before those who ask for lists would give it up. */
function inHalfTheTime(
  asked: Promise<Definitions>,
  ms: number,
): Promise<{ readonly definitions: Definitions } | { readonly why: string }> {
  return withDeadline(ms, undefined, ({ signal }) => {
    const { promise: late, resolve } = Promise.withResolvers<{ why: string }>();
    signal.addEventListener(
      'abort',
      () => resolve({ why: `It did not say within ${ms} ms what it offers.` }),
      {
        once: true,
      },
    );
    const said = asked.then(
      definitions => ({ definitions }),
      error => ({ why: error instanceof GatehouseError ? error.message : 'It failed.' }),
    );
    return Promise.race([said, late]);
  });
}
