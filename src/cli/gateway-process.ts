import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { ensureLocalKeys } from './local-keys.ts';
import { Problem } from './problem.ts';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '../..');

const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/** How a local gateway is to run. */
export interface GatewayOptions {
  readonly port: number;
  /** Where all local state lives. */
  readonly stateDir: string;
  /** The value of GATEHOUSE_ENV. */
  readonly environment: string;
  /** Further settings, by variable. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives what the runtime and the Worker print. */
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
  const output = collectOutput(child, options.onOutput);
  const ended = new Promise<void>(done => child.once('exit', () => done()));
  const origin = localOrigin(port);
  try {
    const servers = await healthy(origin, ended, output);
    return { origin, servers, ended, stop: () => stop(child, ended), kill: () => kill(child, ended) };
  } catch (error) {
    await kill(child, ended);
    throw error;
  }
}

function localOrigin(port: number): string {
  return `http://localhost:${port}`;
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise(closed => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
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

/**
 * In a process group of its own, so that the runtime and its helpers can be ended together; and never outliving
 * this process, however it ends.
 */
function spawnWrangler(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // The build command of wrangler.toml runs `node`, which must be the project's own.
      PATH: [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
      CI: '1',
      // Without it request URLs are written to disk in plain text.
      X_LOCAL_OBSERVABILITY: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_LOG_PATH: join(ROOT, '.wrangler/logs'),
    },
  });
  const endWithUs = () => signal(child, 'SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  return child;
}

function collectOutput(child: ChildProcess, onOutput?: (text: string) => void): { text: string } {
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output.text = (output.text + text).slice(-20_000);
      onOutput?.(text);
    });
  }
  return output;
}

async function healthy(origin: string, ended: Promise<void>, output: { text: string }): Promise<string[]> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (Date.now() < deadline && !isOver) {
    const response = await fetch(`${origin}/healthz`).catch(() => undefined);
    const body = (await response?.json().catch(() => undefined)) as
      | { servers?: string[]; message?: string }
      | undefined;
    if (response?.ok && body?.servers) return body.servers;
    if (body?.message) throw new Problem(body.message);
    await new Promise(wait => setTimeout(wait, 100));
  }
  throw new Problem(
    isOver ? `the runtime ended: ${lastLine(output.text)}` : 'the runtime did not get ready.',
  );
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
  await kill(child, ended);
}

/** Resolves once nothing of the process group is left, so that its port and files are free again. */
async function kill(child: ChildProcess, ended: Promise<void>): Promise<void> {
  signal(child, 'SIGKILL');
  await ended;
  while (isGroupAlive(child)) await new Promise(wait => setTimeout(wait, 10));
}

function isGroupAlive({ pid }: ChildProcess): boolean {
  if (process.platform === 'win32' || pid === undefined) return false;
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // It has already ended.
  }
}

function ensureWritable(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true });
    accessSync(stateDir, constants.W_OK);
    writeFileSync(join(stateDir, '.writable'), '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Problem(`the state directory ${stateDir} (STATE_DIR) cannot be written (${code}).`);
  }
}

async function ensureFree(port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((free, taken) => {
      server.once('error', taken).listen(port, '127.0.0.1', free);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is taken; set PORT to another' : `cannot be used (${code})`;
    throw new Problem(`port ${port} ${reason}.`);
  } finally {
    await new Promise(closed => server.close(closed));
  }
}

/** Applies the D1 migrations that this state directory has not seen yet. */
async function migrate(stateDir: string): Promise<void> {
  const marker = join(stateDir, '.migrations');
  const wanted = migrationsDigest();
  if (readIfThere(marker) === wanted) return;
  const child = spawnWrangler(['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stateDir]);
  const output = collectOutput(child);
  const code = await new Promise(exited => child.once('exit', exited));
  if (code !== 0) throw new Problem(`the database could not be migrated: ${lastLine(output.text)}`);
  writeFileSync(marker, wanted);
}

function migrationsDigest(): string {
  const folder = join(ROOT, 'migrations');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  const lines = text.split('\n').map(line => line.trim());
  return (
    lines.findLast(line => /error/i.test(line)) ?? lines.findLast(line => line !== '') ?? 'it said nothing'
  );
}
