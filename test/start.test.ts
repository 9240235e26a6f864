import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { ROOT } from '../src/cli/wrangler-process.ts';

const SOURCES = ['src', 'durable-objects', 'migrations', 'wrangler.toml', 'package.json', 'tsconfig.json'];

let project: string;
const started: ChildProcess[] = [];

/** A checkout of its own, so that keys and settings can be broken without breaking other tests. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'gatehouse-start-'));
  for (const source of SOURCES) cpSync(join(ROOT, source), join(project, source), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
});

afterEach(async () => {
  for (const child of started.splice(0)) await interrupt(child);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  readonly port: number;
  text(): string;
  /** The exit code, once it has ended. */
  readonly code: Promise<number | null>;
}

async function start(environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const port = Number(environment.PORT ?? (await freePort()));
  const child = spawn(process.execPath, ['src/cli/start.ts'], {
    cwd: project,
    env: { ...process.env, PORT: String(port), ...environment },
  });
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (text += chunk));
  const code = new Promise<number | null>(done => child.once('exit', done));
  return { child, port, text: () => text, code };
}

async function interrupt(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise(done => child.once('exit', done));
  child.kill('SIGINT');
  await exited;
}

/** Resolves when the block with the address was printed. */
async function ready({ child, text, code }: Run): Promise<void> {
  await new Promise<void>((done, failed) => {
    child.stdout?.on('data', () => {
      if (text().includes('Ctrl-C')) done();
    });
    void code.then(() => failed(new Error(`it ended: ${text()}`)));
  });
}

async function failsWith(run: Promise<Run>, line: RegExp): Promise<void> {
  const { code, text } = await run;
  expect(await code).toBe(1);
  expect(text().trim().split('\n')).toEqual([expect.stringMatching(line)]);
}

describe('npm start', () => {
  test('makes keys only their owner can read, says where it is, and keeps keys and state for the next start', async () => {
    const first = await start();
    await ready(first);
    const keys = readFileSync(join(project, '.dev.vars'), 'utf8');
    expect(statSync(join(project, '.dev.vars')).mode & 0o777).toBe(0o600);
    expect(first.text()).toContain(`http://localhost:${first.port}/mcp`);
    expect(first.text()).toContain('claude mcp add --transport http gatehouse');
    const health = await fetch(`http://localhost:${first.port}/healthz`);
    expect(await health.json()).toEqual({ status: 'ok', servers: ['everything', 'memory'] });
    await interrupt(first.child);

    const second = await start();
    await ready(second);
    expect(readFileSync(join(project, '.dev.vars'), 'utf8')).toBe(keys);
  });

  test('ends everything it started on Ctrl-C', async () => {
    const run = await start();
    await ready(run);
    run.child.kill('SIGINT');
    expect(await run.code).toBe(0);
    await expect(fetch(`http://localhost:${run.port}/healthz`)).rejects.toThrow('fetch failed');
    await listen(run.port).then(server => server.close());
  });

  test('ends everything it started on Ctrl-C while it is still starting', async () => {
    const run = await start();
    await untilOpen(run.port);
    run.child.kill('SIGINT');
    expect(await run.code).toBe(130);
    await untilClosed(run.port);
  });

  test('ends everything it started when npm is told to end', async () => {
    const port = await freePort();
    const npm = spawn('npm', ['start'], { cwd: project, env: { ...process.env, PORT: String(port) } });
    npm.stdout.resume();
    await untilOpen(port);
    npm.kill('SIGTERM');
    await untilClosed(port);
  });

  test('keeps the fixture and the test identities out of production', async () => {
    const run = await start({ GATEHOUSE_ENV: 'production' });
    await ready(run);
    const health = await fetch(`http://localhost:${run.port}/healthz`);
    expect(await health.json()).toMatchObject({ servers: ['memory'] });
    const { status, text } = await fetch(`http://localhost:${run.port}/mcp/everything`, {
      method: 'POST',
    }).then(async response => ({ status: response.status, text: await response.text() }));
    expect([status, text]).toEqual([404, expect.stringContaining('There is no server')]);
  });
});

describe('npm start says in one line what is wrong, and exits with 1,', () => {
  test('when the port is taken', async () => {
    const { port } = new URL(inject('origin'));
    await failsWith(start({ PORT: port }), new RegExp(`^gatehouse: port ${port} is taken`));
  });

  test('when PORT is no port', async () => {
    await failsWith(
      start({ PORT: '99999' }),
      /^gatehouse: PORT must be a number from 1 to 65535, not "99999"/,
    );
  });

  test('when the state directory cannot be written', async () => {
    const stateDir = join(project, 'package.json', 'state');
    await failsWith(
      start({ STATE_DIR: stateDir }),
      /^gatehouse: the state directory .* \(STATE_DIR\) cannot be written/,
    );
  });

  test('when the key ring cannot be read', async () => {
    await withFile(
      '.dev.vars',
      () => 'KEY_RING=\'{"current":"k1","keys":{"k1":"c2hvcnQ"}}\'\n',
      () =>
        failsWith(
          start(),
          /^gatehouse: \.dev\.vars: KEY_RING cannot be read: the key "k1" must be 32 bytes long/,
        ),
    );
  });

  test('when a binding is missing', async () => {
    const withoutKv = (toml: string) => toml.replace(/\[\[kv_namespaces\]\]\nbinding = "OAUTH_KV"\n/, '');
    await withFile('wrangler.toml', withoutKv, () =>
      failsWith(start(), /^gatehouse: The binding OAUTH_KV is missing\. Declare it in wrangler\.toml\./),
    );
  });
});

/** Changes a file of the checkout for the time of a test. */
async function withFile(
  name: string,
  change: (text: string) => string,
  body: () => Promise<void>,
): Promise<void> {
  const path = join(project, name);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, change(text));
  try {
    await body();
  } finally {
    writeFileSync(path, text);
  }
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((done, failed) => {
    server.once('error', failed).listen(port, '127.0.0.1', () => done(server));
  });
}

/** Resolves once something listens on a port: the runtime is up, though not yet ready. */
async function untilOpen(port: number): Promise<void> {
  while (!(await isOpen(port))) await new Promise(wait => setTimeout(wait, 20));
}

async function untilClosed(port: number): Promise<void> {
  while (await isOpen(port)) await new Promise(wait => setTimeout(wait, 20));
}

function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise(done => {
    socket.once('connect', () => done(true)).once('error', () => done(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
