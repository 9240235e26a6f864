import { DurableObject } from 'cloudflare:workers';
import type { ChainRecorder, ChainState } from '../src/audit/audit-chains.ts';
import type { EntryOf } from '../src/audit/event.ts';
import { type ListReader, listLagMs } from '../src/catalog/list-changes.ts';
import { meteredCalls } from '../src/connectors/governed/metered-calls.ts';
import { tracedCalls } from '../src/connectors/governed/traced-calls.ts';
import { type Env, type Settings, settingsOf } from '../src/env.ts';
import { GatehouseError, reportFault, restoredError, toHttpStatus } from '../src/errors.ts';
import { challengeHeaders } from '../src/grants/challenge.ts';
import { type GrantBound, sessionIndexOf, USE_NOTICE_MS } from '../src/grants/open-sessions.ts';
import type { Principal } from '../src/principal.ts';
import { initializeResult } from '../src/protocol/legacy.ts';
import {
  echoableId,
  errorBody,
  isObject,
  type JSONRPCRequest,
  type JSONRPCResponse,
  toResponse,
} from '../src/protocol/message.ts';
import { retryAfterHeaders } from '../src/quotas/quota-refusal.ts';
import type { CapabilityExports } from '../src/runtime/isolate.ts';
import { HOP_HEADER, type Hop, openHop } from '../src/session-key/hop-assertion.ts';
import { objectsOf } from '../src/session-key/jurisdiction.ts';
import { unknownSession } from '../src/session-key/session-id.ts';
import { directoryFor } from './session/directory-for.ts';
import { eraseAll } from './session/erase.ts';
import type { StreamedRequest } from './session/event-stream.ts';
import { LegacySession } from './session/legacy-session.ts';
import { ModernHome } from './session/modern-home.ts';
import type { ModernReply } from './session/modern-reply.ts';
import { OpenListens } from './session/open-listens.ts';
import { openHome, openSession, ownerOf } from './session/open-session.ts';
import { SessionAudit } from './session/session-audit.ts';
import { type SessionClient, sessionClientOf } from './session/session-client.ts';
import { sessionEnded } from './session/session-events.ts';
import { sessionMeter } from './session/session-meter.ts';
import { SessionStore } from './session/session-store.ts';
import { tracedMessage } from './session/traced-message.ts';
import { UpstreamMemory } from './session/upstream-memory.ts';
import { WatchedLists } from './session/watched-lists.ts';
import { wakeBy } from './storage/wake.ts';

/**
 * One MCP session of the 2025 revisions, or the home of one grant's stateless requests. Which one it is
 * follows from the handle its name was derived from; it never changes.
 */
export class McpSession extends DurableObject<Env> implements GrantBound, ListReader, ChainRecorder {
  readonly #replies = new Set<ModernReply>();
  readonly #listens = new OpenListens();
  #lists: WatchedLists | undefined;
  readonly #upstreams = new UpstreamMemory({
    wakeAt: atMs => this.ctx.waitUntil(wakeBy(this.ctx.storage, atMs)),
    hold: until => this.ctx.waitUntil(until),
  });
  #isIndexed = false;
  #meter: ((untilMs: number) => void) | undefined;
  #useNoticedAtMs = 0;
  readonly #audit = new SessionAudit(this.env, this.ctx);
  #session: { readonly legacy: LegacySession; readonly store: SessionStore } | undefined;

  override async fetch(request: Request): Promise<Response> {
    let body: unknown;
    let hop: Hop | undefined;
    try {
      const settings = settingsOf(this.env);
      hop = await this.#admit(settings, request);
      body = request.method === 'POST' ? tracedMessage(await request.json(), hop.network) : undefined;
      return hop.handle.kind === 'home'
        ? await this.#serveHome(settings, hop, request, body as JSONRPCRequest)
        : await this.#serveSession(settings, hop, request, body);
    } catch (error) {
      const headers = hop
        ? { ...challengeHeaders(error, hop.principal.resource), ...retryAfterHeaders(error) }
        : {};
      return Response.json(errorBody(echoableId(body), error), { status: toHttpStatus(error), headers });
    }
  }

  /** Does what is due: ends the session, or calls that wait for their user, and brings what is on record to D1. */
  override async alarm(): Promise<void> {
    const upstreamAtMs = this.#upstreams.expire(Date.now());
    const expiresAtMs = SessionStore.expiresAtMs(this.ctx.storage);
    const hasSession = expiresAtMs !== undefined && expiresAtMs > Date.now();
    if (hasSession) this.#session?.legacy.expire();
    else if (expiresAtMs !== undefined) await this.#erase('expired');
    const auditAtMs = await this.#audit.run(hasSession);
    await this.#rest([upstreamAtMs, auditAtMs]);
  }

  async auditChainState(chain: string): Promise<ChainState | null> {
    return this.#audit.stateOf(chain);
  }

  /** The grant has ended, and everything that lived by it ends now. */
  async endWithGrant(): Promise<void> {
    // A home that opens a stream again must say so again.
    this.#isIndexed = false;
    await this.hangUp();
    await this.#erase('access-ended');
  }

  /** Disconnects whoever reads, without ending the session. */
  async hangUp(): Promise<void> {
    for (const reply of this.#replies) reply.abort();
    this.#session?.legacy.hangUp();
  }

  /** Tells whoever reads streams that their lists may have changed. */
  async tellListsChanged(changedAtMs: number): Promise<boolean> {
    this.#lists?.heardOf(changedAtMs);
    const isToldHere = this.#listens.listsChanged();
    return this.#session?.legacy.listsChanged(changedAtMs) ?? isToldHere;
  }

  /** Checks that the edge sent this request, and sent it here. */
  async #admit({ keyRing }: Settings, request: Request): Promise<Hop> {
    const hop = await openHop(keyRing, request.headers.get(HOP_HEADER));
    const sessions = objectsOf(this.env, this.env.MCP_SESSION, hop.principal.tenant);
    if (this.ctx.id.equals(sessions.idFromName(hop.objectName))) return hop;
    throw new GatehouseError('assertion_refused', 'This request is for another object.');
  }

  #serveHome(settings: Settings, hop: Hop, request: Request, message: JSONRPCRequest): Promise<Response> {
    const open = {
      replies: this.#replies,
      onStream: () => this.#index(hop),
      durable: () => this.#audit.durable(),
      listens: this.#listens,
      lists: this.#listsOf(hop),
    };
    if (this.#isIndexed) this.#noticeUse(hop);
    const home = new ModernHome(this.#directory(settings, hop), hop.principal, settings, open);
    return home.serve(message, request.headers, request.signal);
  }

  async #serveSession(settings: Settings, hop: Hop, request: Request, body: unknown): Promise<Response> {
    // Only as a request: a notification of that name comes with a session id of the client's choice.
    if (isObject(body) && body.method === 'initialize' && 'id' in body) {
      return this.#initialize(settings, hop, body as unknown as JSONRPCRequest);
    }
    if (request.method === 'DELETE') return this.#delete(hop);
    const legacy = this.#enter(settings, hop);
    this.#extend(settings);
    this.#noticeUse(hop);
    if (request.method === 'GET') return legacy.listen(request.headers.get('last-event-id'));
    return this.#post(legacy, body, hop.principal);
  }

  /** Ends the session. It takes the bearer only, so a session whose rows cannot be read can still be ended. */
  async #delete(hop: Hop): Promise<Response> {
    const { bearer, principal, objectName } = hop;
    SessionStore.checkBearer(this.ctx.storage, bearer);
    this.#meter = sessionMeter(this.env, hop);
    await this.#erase('asked', hop);
    await sessionIndexOf(this.env, principal).closedSession(objectName);
    return new Response(null, { status: 204 });
  }

  #post(legacy: LegacySession, body: unknown, caller: Principal): Response | Promise<Response> {
    const message = body as JSONRPCRequest;
    if (!('method' in message)) return legacy.response(body as JSONRPCResponse);
    return 'id' in message ? legacy.request(message, caller.scopes) : legacy.notification(message);
  }

  /** The only way a session comes into being. Nothing is stored before it is known that it can. */
  async #initialize(settings: Settings, hop: Hop, message: JSONRPCRequest): Promise<Response> {
    const said = sessionClientOf(message.params);
    const client = { ...said, listsAsOfMs: Date.now() - listLagMs(this.env) };
    const discovered = await this.#directory(settings, hop).discover();
    const expiresAtMs = Date.now() + settings.SESSION_TTL_SECONDS * 1000;
    const store = SessionStore.create(this.ctx.storage, settings.keyRing, {
      object: hop.objectName,
      principal: hop.principal,
      bearer: hop.bearer,
      client,
      expiresAtMs,
    });
    this.#audit.opened(hop, client.revision);
    await store.schedule();
    await this.#indexSession(hop, client);
    this.#keep(settings, hop, store);
    this.#meter?.(expiresAtMs);
    await store.sync();
    const result = initializeResult(discovered, client.revision);
    const headers = hop.handle.kind === 'session' ? { 'mcp-session-id': hop.handle.id } : {};
    return Response.json(toResponse(message.id, { kind: 'result', result }), { headers });
  }

  /** The session, for a caller that holds its bearer; read back from storage after a restart. */
  #enter(settings: Settings, hop: Hop): LegacySession {
    if (!this.#session) {
      const { principal, bearer, objectName: object } = hop;
      const store = SessionStore.open(this.ctx.storage, settings.keyRing, { object, principal, bearer });
      return this.#keep(settings, hop, store);
    }
    SessionStore.checkBearer(this.ctx.storage, hop.bearer);
    return this.#session.legacy;
  }

  #keep(settings: Settings, hop: Hop, store: SessionStore): LegacySession {
    const lists = this.#listsOf(hop);
    const onLost = (request: StreamedRequest) => this.#audit.lost(hop, request);
    const directory = this.#directory(settings, hop);
    const legacy = new LegacySession({ store, directory, settings, lists, onLost });
    this.#session = { legacy, store };
    this.#meter = sessionMeter(this.env, hop);
    return legacy;
  }

  /** Moves the end of a session that is in use, at most once per half of its time. */
  #extend({ SESSION_TTL_SECONDS }: Settings): void {
    const left = (SessionStore.expiresAtMs(this.ctx.storage) ?? 0) - Date.now();
    if (left >= SESSION_TTL_SECONDS * 500) return;
    const expiresAtMs = Date.now() + SESSION_TTL_SECONDS * 1000;
    this.#session?.store.extend(expiresAtMs);
    this.#meter?.(expiresAtMs);
  }

  /** Lets the account know of a home with open streams, once: its grant's end must reach them. */
  #index(hop: Hop): void {
    if (this.#isIndexed) return;
    this.#isIndexed = true;
    const indexed = sessionIndexOf(this.env, hop.principal).openedSession(ownerOf(hop), openHome(hop));
    const refuse = () => {
      this.#isIndexed = false;
      // Streams that a revocation could not reach must not be open.
      for (const reply of this.#replies) reply.abort();
    };
    indexed.then(
      isOpen => isOpen || refuse(),
      error => {
        reportFault('session_not_indexed', error);
        refuse();
      },
    );
  }

  /** The same for a session, before anyone knows its id. */
  async #indexSession(hop: Hop, client: SessionClient): Promise<void> {
    const index = sessionIndexOf(this.env, hop.principal);
    try {
      if (await index.openedSession(ownerOf(hop), openSession(hop, client))) return;
    } catch (error) {
      await this.#erase('not-admitted');
      throw restoredError(error);
    }
    await this.#erase('access-ended');
    throw unknownSession();
  }

  /** Lets the account know that the session is in use, once in a while. Nobody waits for it. */
  #noticeUse({ principal, objectName }: Hop): void {
    const nowMs = Date.now();
    if (nowMs - this.#useNoticedAtMs < USE_NOTICE_MS) return;
    this.#useNoticedAtMs = nowMs;
    const noticed = sessionIndexOf(this.env, principal).usedSession(objectName);
    this.ctx.waitUntil(noticed.catch(error => reportFault('use_not_noticed', error)));
  }

  /** Sets the alarm to what is due next. Where nothing is, and there is no session, nothing stays stored. */
  async #rest(times: readonly (number | null)[]): Promise<void> {
    const { storage } = this.ctx;
    const dueAtMs = times.filter(atMs => atMs !== null);
    if (SessionStore.expiresAtMs(storage) !== undefined) await SessionStore.schedule(storage);
    else if (dueAtMs.length === 0 && this.#audit.isEmpty) await storage.deleteAll();
    if (dueAtMs.length > 0) await wakeBy(storage, Math.min(...dueAtMs));
  }

  #directory(settings: Settings, hop: Hop) {
    const exports = this.ctx.exports as unknown as CapabilityExports;
    const { tenant } = hop.principal;
    const counted = [meteredCalls(this.env, tenant), tracedCalls(this.env, tenant)];
    const observers = [...counted, this.#audit.observerFor(hop)];
    return directoryFor({ env: this.env, exports, settings, hop, memory: this.#upstreams, observers });
  }

  #listsOf(hop: Hop): WatchedLists {
    this.#lists ??= new WatchedLists(this.env, hop);
    return this.#lists;
  }

  async #erase(cause: EntryOf<'session.ended'>['cause'], hop: Hop | null = null): Promise<void> {
    const { storage, id } = this.ctx;
    const isSession = SessionStore.expiresAtMs(storage) !== undefined;
    this.#session?.legacy.end();
    this.#session = undefined;
    this.#meter?.(0);
    this.#upstreams.clear();
    this.#audit.over(isSession ? sessionEnded(id.name, cause, hop) : null);
    await eraseAll(storage, !this.#audit.isEmpty);
  }
}
