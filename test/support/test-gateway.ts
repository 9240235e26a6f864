import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { auth } from '@modelcontextprotocol/client';
import { AgentIdentity } from '../../src/cli/agent-identity.ts';
import { freePort, type LocalGateway, startGateway } from '../../src/cli/gateway-process.ts';
import { newState } from './migrated-state.ts';
import { copyProject } from './project-copy.ts';

const TEST_SERVERS = join(import.meta.dirname, '../servers');

/** A gateway of a test, with what is needed to start it again over the same state; `stop` deletes the state. */
export interface TestGateway extends LocalGateway {
  readonly port: number;
  readonly stateDir: string;
  /** All that the runtime and the Worker have printed. */
  output(): string;
}

/** What else may differ in a gateway of a test. */
export interface TestGatewayOptions {
  /** Whether it has the servers of `test/servers` beside those of the monorepo. */
  readonly hasTestServers?: boolean;
}

/** Starts a gateway on a free port with state of its own, or again over the state of an earlier one. */
export async function startTestGateway(
  again: Partial<Pick<TestGateway, 'port' | 'stateDir'>> = {},
  settings: Readonly<Record<string, string>> = {},
  { hasTestServers = false }: TestGatewayOptions = {},
): Promise<TestGateway> {
  const port = again.port ?? (await freePort());
  const stateDir = again.stateDir ?? (await newState());
  let printed = '';
  const onOutput = (text: string) => {
    printed += text;
  };
  const copy = hasTestServers ? await copyProject(await readdir(TEST_SERVERS)) : null;
  const start = copy?.startGateway ?? startGateway;
  const gateway = await start({ port, stateDir, environment: 'development', settings, onOutput });
  const stop = async () => {
    await gateway.stop();
    await rm(stateDir, { recursive: true, force: true });
    copy?.remove();
  };
  return { ...gateway, stop, port, stateDir, output: () => printed };
}

/** An agent that has signed its user in for one MCP endpoint, such as `/mcp/memory`. */
export async function signedInAgent(
  origin: string,
  path: string,
  user = 'ada',
  name?: string,
): Promise<AgentIdentity> {
  const identity = new AgentIdentity(user, name);
  const serverUrl = `${origin}${path}`;
  await auth(identity, { serverUrl });
  const code = identity.callback.get('code');
  const iss = identity.callback.get('iss');
  if (code === null || iss === null) throw new Error(`sign-in failed: ${identity.callback}`);
  await auth(identity, { serverUrl, authorizationCode: code, iss });
  return identity;
}
