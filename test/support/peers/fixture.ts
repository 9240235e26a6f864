import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import everything from '../../../src/servers/everything/index.ts';
import { createEverythingServer } from '../../../src/servers/everything/server.ts';
import { EventLog } from './event-log.ts';
import { type LocalPeer, peerAt } from './peer.ts';
import { SessionHouse } from './session-house.ts';
import { Site } from './site.ts';

/** The hosted server `everything`, served outside the gateway by SDK 2.4 as a remote of revision 2026-07-28. */
export async function startModernFixture(): Promise<LocalPeer> {
  return peerAt(await Site.start(request => everything.fetch(request, {})));
}

/** A remote with sessions, which it can lose. */
export interface SessionPeer extends LocalPeer {
  /** How many sessions are open. */
  sessions(): number;
  /** Forgets all sessions; their ids are answered 404 from then on. */
  loseSessions(): Promise<void>;
}

/** The same server, by the same SDK, for the 2025 revisions: with sessions, and streams that can be resumed. */
export async function startLegacyFixture(): Promise<SessionPeer> {
  const followers = new Set<Follower>();
  const tell = (what: (follower: Follower) => void) => {
    for (const follower of followers) what(follower);
  };
  const house = new SessionHouse(async hooks => {
    const server = createEverythingServer({
      toolsChanged: () => tell(follower => follower.server.sendToolListChanged()),
      promptsChanged: () => tell(follower => follower.server.sendPromptListChanged()),
      resourcesChanged: () => tell(follower => follower.server.sendResourceListChanged()),
      resourceUpdated: uri => tell(follower => updated(follower, uri)),
    });
    const follower: Follower = { server, uris: new Set() };
    followers.add(follower);
    letSubscribe(follower);
    const transport = new WebStandardStreamableHTTPServerTransport({ ...hooks, eventStore: new EventLog() });
    await server.connect(transport);
    server.server.onclose = () => void followers.delete(follower);
    return transport;
  });
  const site = await Site.start(house.answer);
  return { ...peerAt(site), sessions: () => house.size, loseSessions: () => house.lose() };
}

/** A session, with what it subscribed to. */
interface Follower {
  readonly server: ReturnType<typeof createEverythingServer>;
  readonly uris: Set<string>;
}

function letSubscribe({ server, uris }: Follower): void {
  server.server.setRequestHandler('resources/subscribe', ({ params }) => {
    uris.add(params.uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    uris.delete(params.uri);
    return {};
  });
}

function updated({ server, uris }: Follower, uri: string): void {
  if (uris.has(uri)) void server.server.sendResourceUpdated({ uri });
}
