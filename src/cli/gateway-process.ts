import { randomInt } from 'node:crypto';
import { ensureLocalKeys } from './local-keys.ts';
import { ensureFree, ensureWritable, migrate } from './preflight.ts';
import { Problem } from './problem.ts';
import { kill, lastLine, Output, ROOT, spawnWrangler, stop } from './wrangler-process.ts';

const READY_TIMEOUT_MS = 60_000;

/** How a local gateway is to run. */
export interface GatewayOptions {
  readonly port: number;
  /** Where all local state lives. */
  readonly stateDir: string;
  /** The value of GATEHOUSE_ENV. */
  readonly environment: string;
  /** Further settings, by variable. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives what the runtime and the Worker print, once the gateway is healthy: of one that is not, the error says why. */
  readonly onOutput?: (text: string) => void;
}

/** A gateway that runs on this machine. */
export interface LocalGateway {
  readonly origin: string;
  readonly servers: readonly string[];
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it as a power cut would (`kill -9` of the runtime and all around it). */
  kill(): Promise<void>;
}

/**
 * Starts the gateway in workerd through wrangler and waits until it is healthy.
 * @throws Problem naming what is wrong: a taken port, an unwritable state directory, a broken key ring, a
 *   missing binding, or what the runtime said when it ended.
 */
export async function startGateway(options: GatewayOptions): Promise<LocalGateway> {
  const { port, stateDir } = options;
  ensureWritable(stateDir);
  ensureLocalKeys(ROOT);
  await ensureFree(port);
  await migrate(stateDir);
  const child = spawnWrangler(devArguments(options));
  const output = new Output(child);
  const ended = new Promise<void>(done => child.once('exit', () => done()));
  const origin = localOrigin(port);
  try {
    const servers = await healthy(origin, ended, output);
    if (options.onOutput) output.passOn(options.onOutput);
    return { origin, servers, ended, stop: () => stop(child, ended), kill: () => kill(child, ended) };
  } catch (error) {
    await kill(child, ended);
    throw error;
  }
}

function localOrigin(port: number): string {
  return `http://localhost:${port}`;
}

/**
 * A port that nothing listens on, below the range from which systems take the ports of outgoing connections: a
 * gateway that is started again on it must not find it used by a client.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(20_000, 32_000);
  try {
    await ensureFree(port);
    return port;
  } catch {
    return freePort();
  }
}

function devArguments({ port, stateDir, environment, settings = {} }: GatewayOptions): string[] {
  const fixed = { GATEHOUSE_ENV: environment, PUBLIC_ORIGIN: localOrigin(port) };
  const variables = Object.entries({ ...fixed, ...settings });
  return [
    'dev',
    ...['--port', String(port), '--ip', '127.0.0.1', '--inspector-port', '0'],
    ...['--persist-to', stateDir, '--show-interactive-dev-session=false', '--log-level', 'warn'],
    ...variables.flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  ];
}

async function healthy(origin: string, ended: Promise<void>, output: Output): Promise<string[]> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (Date.now() < deadline && !isOver) {
    const response = await fetch(`${origin}/healthz`).catch(() => undefined);
    const body = (await response?.json().catch(() => undefined)) as
      | { servers?: string[]; detail?: string }
      | undefined;
    if (response?.ok && body?.servers) return body.servers;
    if (body?.detail) throw new Problem(body.detail);
    await new Promise(wait => setTimeout(wait, 100));
  }
  throw new Problem(
    isOver ? `the runtime ended: ${lastLine(output.text)}` : 'the runtime did not get ready.',
  );
}
