import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { messagesOf, RawClient } from './support/raw-client.ts';
import { type Seeded, seeded } from './support/seed.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

/** `npm run test:audit` takes minutes; the suite does with less. */
const IS_FULL = process.env.npm_lifecycle_event === 'test:audit';
const [EVENTS, KILLS] = IS_FULL ? [10_000, 20] : [1000, 5];

const USERS = ['ada', 'bob', 'olivia'];
const SESSIONS_PER_USER = 4;

/** Calls of one session, or one home, at a time. */
const PARALLEL = 2;

/** That arguments are on record tells which call an event is of. */
const SETTINGS = { AUDIT_ARGUMENTS: '*', LIST_TIMEOUT_MS: '10000' };

/** One way to call a tool: a session of 2025, or a home of 2026. */
type Caller = (message: string) => Promise<Response>;

let gateway: TestGateway;
let auditor: ApiClient;
let callers: Caller[];
let random: Seeded;

beforeAll(async () => {
  random = seeded('audit-kills');
  gateway = await startTestGateway({}, SETTINGS);
  auditor = await ApiClient.signIn(gateway.origin, 'aidan');
  callers = (await Promise.all(USERS.map(callersOf))).flat();
}, 180_000);

afterAll(() => gateway.stop());

async function callersOf(user: string): Promise<Caller[]> {
  const { accessToken } = await signedInAgent(gateway.origin, '/mcp/everything', user);
  const client = new RawClient(`${gateway.origin}/mcp/everything`, accessToken);
  const sessions = await Promise.all(Array.from({ length: SESSIONS_PER_USER }, () => client.initialize()));
  const echo = (message: string) => ({ name: 'echo', arguments: { message } });
  return [
    message => client.modern('tools/call', echo(message)),
    ...sessions.map(
      (session): Caller =>
        message =>
          session.request(message, 'tools/call', echo(message)),
    ),
  ];
}

/** What was sent, and what of it was answered. */
class Load {
  readonly sent = new Set<string>();
  readonly answered = new Set<string>();
  isOver = false;

  /** Calls and calls, each time with something else; a call that breaks off is not made again. */
  async run(call: Caller, name: string): Promise<void> {
    for (let number = 0; !this.isOver; number += 1) {
      const message = `${name}-${number}`;
      this.sent.add(message);
      if (await answers(call, message)) this.answered.add(message);
      else await wait(random.between(200, 500));
    }
  }
}

async function answers(call: Caller, message: string): Promise<boolean> {
  try {
    const [answer] = (await messagesOf(await call(message))) as { result?: { content?: unknown } }[];
    return JSON.stringify(answer?.result?.content ?? '').includes(message);
  } catch {
    return false;
  }
}

async function killAndRestart(): Promise<void> {
  await gateway.kill();
  gateway = await startTestGateway(gateway, SETTINGS);
}

interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly event: { readonly arguments?: string; readonly outcome: string } | null;
}

/** All pages of something. */
async function pages<Page extends { next: string | null }>(method: string, path: string): Promise<Page[]> {
  const all: Page[] = [];
  do {
    const after = all.at(-1)?.next ?? '';
    all.push((await auditor.call(method, `${path}?limit=500&after=${after}`)).body as Page);
  } while (all.at(-1)?.next);
  return all;
}

interface Verified {
  readonly undelivered: number;
  readonly problems: readonly unknown[];
  readonly events: number;
  readonly next: string | null;
}

async function verified() {
  const all = await pages<Verified>('POST', '/api/v1/admin/audit/verification');
  return {
    problems: all.flatMap(({ problems }) => problems),
    undelivered: all.reduce((sum, { undelivered }) => sum + undelivered, 0),
  };
}

/** How often each call is on record. */
async function recordedCalls(): Promise<ReadonlyMap<string, number>> {
  const all = await pages<{ events: Shown[]; next: string | null }>('GET', '/api/v1/admin/audit/events');
  const events = all.flatMap(page => page.events);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const counts = new Map<string, number>();
  for (const { event } of events.filter(({ kind }) => kind === 'call.ended')) {
    const { message } = JSON.parse(event?.arguments ?? '{}') as { message?: string };
    if (message !== undefined) counts.set(message, (counts.get(message) ?? 0) + 1);
  }
  return counts;
}

test(`${EVENTS} calls and ${KILLS} kills of the runtime: each that was answered is on record once`, {
  timeout: IS_FULL ? 2_400_000 : 300_000,
}, async () => {
  const load = new Load();
  const running = callers.flatMap((call, index) =>
    Array.from({ length: PARALLEL }, (_, line) => load.run(call, `call-${index}-${line}`)),
  );
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Each kill comes at a moment of its own, once its share of the calls was answered.
    const share = (EVENTS * kill) / (KILLS + 1);
    while (load.answered.size < share) await wait(20);
    await wait(random.between(0, 1500));
    await killAndRestart();
  }
  while (load.answered.size < EVENTS) await wait(20);
  load.isOver = true;
  await Promise.all(running);

  await expect.poll(verified, { timeout: 60_000, interval: 500 }).toEqual({ problems: [], undelivered: 0 });
  const counts = await recordedCalls();
  expect([...load.answered].filter(message => counts.get(message) !== 1)).toEqual([]);
  expect([...counts].filter(([message, count]) => count !== 1 || !load.sent.has(message))).toEqual([]);
  console.log(
    `audit-kills: ${load.sent.size} sent, ${load.answered.size} answered, ${counts.size} on record`,
  );
});
