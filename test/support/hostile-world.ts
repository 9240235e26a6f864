import { randomBytes } from 'node:crypto';
import { type EchoSite, startEchoSite } from './echo-site.ts';
import { type InsideListener, startInsideListener } from './inside-listener.ts';
import { messagesOf, RawClient, type RawSession } from './raw-client.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './test-gateway.ts';

/** Where credentials are placed; a connection each, to a third party of its own. */
const PLACEMENTS = {
  bearer: { in: 'bearer' },
  header: { in: 'header', name: 'X-Api-Key' },
  query: { in: 'query', name: 'key' },
  basic: { in: 'basic' },
} as const;

/** The id of a connection. */
export type SiteId = keyof typeof PLACEMENTS;

/** How an attempt went: what it returned, or how it failed. */
export interface Outcome {
  readonly done?: unknown;
  readonly failed?: string;
}

/** A session at a hostile server. */
export interface HostileSession {
  readonly raw: RawSession;
  attempt(what: string, given?: object): Promise<Outcome>;
}

/** A gateway with a hostile server, third parties that it may call, and a listener that it may not reach. */
export interface HostileWorld {
  readonly gateway: TestGateway;
  readonly sites: Readonly<Record<SiteId, EchoSite>>;
  readonly inside: InsideListener;
  /** The planted credentials by their connection: texts that exist nowhere else. */
  readonly planted: ReadonlyMap<SiteId, string>;
  /** All that attempts could see so far: the answers as they came, and each text in them. */
  readonly told: readonly string[];
  sessionOf(user: string, server?: string): Promise<HostileSession>;
  stop(): Promise<void>;
}

/** Starts all of it, with an operator's credentials and this machine open to connections. */
export async function startHostileWorld(): Promise<HostileWorld> {
  const inside = await startInsideListener();
  const ids = Object.keys(PLACEMENTS) as SiteId[];
  const started = await Promise.all(ids.map(async id => [id, await startEchoSite()] as const));
  const sites = Object.fromEntries(started) as Record<SiteId, EchoSite>;
  const planted = new Map(ids.map(id => [id, `canary/${id}+${randomBytes(12).toString('base64')}`]));
  const told: string[] = [];
  const gateway = await startTestGateway({}, settingsFor(sites, planted), { hasTestServers: true });
  return {
    gateway,
    sites,
    inside,
    planted,
    told,
    sessionOf: (user, server = 'hostile') => openSession(gateway.origin, user, server, told),
    async stop() {
      await gateway.stop();
      await Promise.all([inside, ...Object.values(sites)].map(each => each.stop()));
    },
  };
}

/** Small limits, so that tests meet them soon. */
function settingsFor(sites: Readonly<Record<SiteId, EchoSite>>, planted: ReadonlyMap<SiteId, string>) {
  const connections = Object.entries(PLACEMENTS).map(([id, placement]) => ({
    id,
    name: `The ${id} site`,
    owner: 'tenant',
    origins: [sites[id as SiteId].origin],
    placement,
    secret: variableOf(id),
    ...(id === 'header' && { methods: ['GET'], paths: ['/request', '/open'] }),
  }));
  const secrets = [...planted].map(([id, secret]) => [
    variableOf(id),
    id === 'basic' ? `ada:${secret}` : secret,
  ]);
  return {
    ...Object.fromEntries(secrets),
    KEY_RING: JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } }),
    CONNECTIONS: JSON.stringify(connections),
    EGRESS_ALLOW_LOOPBACK: 'true',
    EGRESS_TIMEOUT_MS: '3000',
    EGRESS_MAX_REQUEST_BYTES: '1000000',
    EGRESS_MAX_RESPONSE_BYTES: '1000000',
  };
}

function variableOf(id: string): string {
  return `SITE_${id.toUpperCase()}`;
}

async function openSession(
  origin: string,
  user: string,
  server: string,
  told: string[],
): Promise<HostileSession> {
  const agent = await signedInAgent(origin, `/mcp/${server}`, user);
  const raw = await new RawClient(`${origin}/mcp/${server}`, agent.accessToken).initialize();
  let calls = 0;
  const attempt = async (what: string, given: object = {}): Promise<Outcome> => {
    calls += 1;
    const call = { name: 'attempt', arguments: { what, with: given } };
    const messages = await messagesOf(await raw.request(calls, 'tools/call', call));
    told.push(JSON.stringify(messages));
    const answer = messages.at(-1) as { result?: { content: { text: string }[] } };
    const text = answer.result?.content[0]?.text;
    if (text === undefined) throw new Error(`no result of ${what}: ${JSON.stringify(answer)}`);
    return JSON.parse(text, (name, value) => {
      told.push(name, String(value));
      return value;
    });
  };
  return { raw, attempt };
}
