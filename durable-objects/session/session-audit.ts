import { randomBytes } from 'node:crypto';
import { type ChainState, chainListOf, sessionChain } from '../../src/audit/audit-chains.ts';
import type { EntryOf } from '../../src/audit/event.ts';
import { StoredEvents } from '../../src/audit/stored-events.ts';
import type { CallObserver } from '../../src/connectors/governed/governed-call.ts';
import { toBase64url } from '../../src/crypto/bytes.ts';
import { type Env, type Settings, settingsOf } from '../../src/env.ts';
import { reportFault } from '../../src/errors.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';
import { AuditDelivery } from '../audit/audit-delivery.ts';
import { AuditOutbox } from '../audit/audit-outbox.ts';
import { ChainClosing } from '../audit/chain-closing.ts';
import { GatheringTrail } from '../audit/gathering-trail.ts';
import { ObjectTrail } from '../audit/object-trail.ts';
import { callOriginOf } from './call-origin.ts';
import { CallRecorder, type CallTrail } from './call-recorder.ts';
import type { StreamedRequest } from './event-stream.ts';
import { lostCall, sessionOpened } from './session-events.ts';

const RANDOM_BYTES = 9;

/** What a session's object puts on record, and where that is until D1 has it. */
export class SessionAudit {
  readonly #env: Env;
  readonly #ctx: DurableObjectState;
  readonly #outbox: AuditOutbox;
  readonly #gathering = new GatheringTrail();

  constructor(env: Env, ctx: DurableObjectState) {
    this.#env = env;
    this.#ctx = ctx;
    this.#outbox = new AuditOutbox(ctx.storage.sql);
  }

  /** Puts the calls of one request's caller on record. */
  observerFor(hop: Hop): CallObserver {
    return new CallRecorder(this.#callTrail(hop.principal.tenant), callOriginOf(this.#settings, hop));
  }

  /** A session comes into being, in this turn. */
  opened(hop: Hop, revision: string): void {
    void this.#trail(hop.principal.tenant).append(sessionOpened(hop, revision));
  }

  /** A call was running when the object was lost from memory. */
  lost(hop: Hop, request: StreamedRequest): void {
    this.#callTrail(hop.principal.tenant).put(lostCall(hop, request));
  }

  /** All that this object was for has ended. An end is not put off for a record that cannot be made. */
  over(ended: EntryOf<'session.ended'> | null): void {
    this.#gathering.flush();
    const chain = this.#outbox.chain();
    if (!chain) return;
    try {
      if (ended) void this.#trail(chain.tenant).append(ended);
    } catch (error) {
      reportFault('end_not_recorded', error);
    }
    this.#outbox.over();
  }

  /** Resolves once an answer may leave by a way that the output gate does not watch. */
  async durable(): Promise<void> {
    if (this.#settings.AUDIT_MODE === 'strict') await this.#ctx.storage.sync();
  }

  /**
   * To be called by each alarm: delivers, and closes a chain that is idle, unless the object holds a session, at whose end it
   * wakes anyhow.
   * @returns when it must be called again; null where nothing waits.
   */
  async run(hasSession: boolean): Promise<number | null> {
    this.#gathering.flush();
    const storage = this.#ctx.storage;
    const listOf = (tenant: string) => chainListOf(this.#env, tenant);
    const events = new StoredEvents(this.#env.DB, this.#settings.keyRing);
    const deliverAtMs = await new AuditDelivery({ storage, events, listOf }).deliverDue();
    const closing = new ChainClosing({ storage, listOf });
    const idleMs = this.#settings.AUDIT_CHAIN_IDLE_SECONDS * 1000;
    const closeAtMs = hasSession ? null : closing.closeWhereIdle(idleMs, Date.now());
    const tellAtMs = await closing.tell();
    const times = [deliverAtMs, closeAtMs, tellAtMs].filter(atMs => atMs !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  stateOf(chain: string): ChainState | null {
    return this.#outbox.stateOf(chain) ?? this.#closing.stateOf(chain);
  }

  /** Whether nothing of the audit is in this object. */
  get isEmpty(): boolean {
    return this.#gathering.size === 0 && this.#outbox.chain() === null && !this.#closing.isPending;
  }

  #callTrail(tenant: string): CallTrail {
    const trail = this.#trail(tenant);
    const isStrict = this.#settings.AUDIT_MODE === 'strict';
    return {
      requireRoom: () => trail.requireRoom(this.#gathering.size),
      put: entry => (isStrict ? void trail.append(entry) : this.#gathering.add(trail, entry)),
    };
  }

  #trail(tenant: string): ObjectTrail {
    const { keyRing, AUDIT_OUTBOX_MAX_EVENTS: maxEvents } = this.#settings;
    const chain = sessionChain(this.#ctx.id.toString(), toBase64url(randomBytes(RANDOM_BYTES)));
    return new ObjectTrail({ storage: this.#ctx.storage, keyRing, maxEvents, tenant, chain });
  }

  get #closing(): ChainClosing {
    return new ChainClosing({ storage: this.#ctx.storage, listOf: tenant => chainListOf(this.#env, tenant) });
  }

  get #settings(): Settings {
    return settingsOf(this.#env);
  }
}
