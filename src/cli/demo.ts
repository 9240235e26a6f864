import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoAgent } from './demo-agent.ts';
import { freePort, type LocalGateway, startGateway } from './gateway-process.ts';
import { Problem, runCommand } from './problem.ts';

/** `npm run demo`: a gateway of its own, driven as real agents would drive it, and killed in the middle. */
await runCommand(async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'gatehouse-demo-'));
  const port = await freePort();
  const start = () => startGateway({ port, stateDir, environment: 'development' });
  let gateway: LocalGateway | undefined;
  const agents: DemoAgent[] = [];
  try {
    gateway = await step('start a gateway with empty state', start, ({ origin }) => origin);
    const session = await sessionAgent(gateway, agents);
    const stateless = await statelessAgent(gateway, agents);
    gateway = await killAndGoOn(gateway, session, start);
    await step('the stateless agent finds the gateway as it was', () =>
      stateless.call('memory_search', { query: 'lighthouse' }),
    );
    console.log(`\n  All of it worked, in ${seconds(performance.now())}.`);
  } finally {
    await Promise.allSettled(agents.map(({ client }) => client.close()));
    await gateway?.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
});

/** An agent of the 2025 era: one session, in which the server asks the user. */
async function sessionAgent({ origin }: LocalGateway, agents: DemoAgent[]): Promise<DemoAgent> {
  console.log('\n  An agent that speaks 2025-11-25');
  const agent = new DemoAgent(`${origin}/mcp`, 'ada', '2025-11-25', nextAnswers());
  agents.push(agent);
  await step('discover, register, sign in as ada, consent, open a session', () => agent.connect());
  await useTools(agent);
  await step('remember a note', () => agent.call('memory_remember', { text: 'The lighthouse is white.' }));
  return agent;
}

/** An agent of the 2026 era: no session, each request stands alone. */
async function statelessAgent({ origin }: LocalGateway, agents: DemoAgent[]): Promise<DemoAgent> {
  console.log('\n  An agent that speaks 2026-07-28');
  const agent = new DemoAgent(`${origin}/mcp`, 'ada', '2026-07-28', nextAnswers());
  agents.push(agent);
  await step('discover, register, sign in as ada, consent', () => agent.connect());
  await useTools(agent);
  await step("find the other agent's note, since both are ada's", () =>
    agent.call('memory_search', { query: 'lighthouse' }),
  );
  return agent;
}

async function useTools(agent: DemoAgent): Promise<void> {
  await step(
    'list the tools of all servers',
    async () => `${(await agent.client.listTools()).tools.length} tools`,
  );
  await step('call a tool that reports progress', async () => {
    const seen: string[] = [];
    const result = await agent.call('everything_slow_count', { to: 3, delayMs: 100 }, text =>
      seen.push(text),
    );
    return `${seen.join(', ')} → ${result}`;
  });
  await step('call a tool that asks the user twice', () => agent.call('everything_ask_name', {}));
}

/** Kills the runtime while a tool waits for the user, and answers only once it is back. */
async function killAndGoOn(
  gateway: LocalGateway,
  agent: DemoAgent,
  start: () => Promise<LocalGateway>,
): Promise<LocalGateway> {
  console.log('\n  kill -9, in the middle of a question');
  const asked = Promise.withResolvers<void>();
  const isBack = Promise.withResolvers<void>();
  const names = nextAnswers();
  agent.onQuestion = async question => {
    asked.resolve();
    await isBack.promise;
    return names(question);
  };
  const sessionId = agent.sessionId;
  const call = agent.call('everything_ask_name', {});
  call.catch(() => {});
  await step('begin a call, and be asked', () => asked.promise);
  await step('kill -9 of the runtime', () => gateway.kill());
  const restarted = await step('start it again over the same state', start, () => 'healthy');
  isBack.resolve();
  await step('answer now; the call goes on to its end', () => call);
  await step('the session is the same', async () => {
    if (agent.sessionId !== sessionId) throw new Problem('the session id changed');
    return agent.call('memory_search', { query: 'lighthouse' });
  });
  return restarted;
}

/** A user who gives a name and a favourite colour. */
function nextAnswers(): DemoAgent['onQuestion'] {
  const known: Readonly<Record<string, string>> = { name: 'Ada', colour: 'green' };
  return async ({ fields }) => Object.fromEntries(fields.map(field => [field, known[field] ?? '']));
}

/** Does one thing, and prints what it was, how it ended and how long it took. */
async function step<Result>(
  title: string,
  work: () => Promise<Result>,
  show: (result: Result) => string = result => (typeof result === 'string' ? result : ''),
): Promise<Result> {
  const begin = performance.now();
  try {
    const result = await work();
    const shown = show(result).split('\n')[0] ?? '';
    console.log(`  ${seconds(performance.now() - begin).padStart(8)}  ${title}${shown && `: ${shown}`}`);
    return result;
  } catch (error) {
    throw new Problem(`${title}: ${error instanceof Error ? error.message : error}`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
