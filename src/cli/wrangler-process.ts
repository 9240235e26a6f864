import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '../..');

const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
const STOP_TIMEOUT_MS = 5_000;

/**
 * In a process group of its own, so that the runtime and its helpers can be ended together; and never outliving
 * this process, however it ends.
 */
export function spawnWrangler(args: readonly string[]): ChildProcess {
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

/** What a process prints: the end of it is kept, and it is passed on from the moment that somebody wants it. */
export class Output {
  /** The last 20,000 characters. */
  text = '';
  #onOutput: ((text: string) => void) | undefined;

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#add(text));
    }
  }

  /** Passes on what is kept of it until now, and whatever comes. */
  passOn(onOutput: (text: string) => void): void {
    this.#onOutput = onOutput;
    if (this.text !== '') onOutput(this.text);
  }

  #add(text: string): void {
    this.text = (this.text + text).slice(-20_000);
    this.#onOutput?.(text);
  }
}

/** Ends a process group in good order, and by force when it takes too long. */
export async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
  await kill(child, ended);
}

/** Resolves once nothing of the process group is left, so that its port and files are free again. */
export async function kill(child: ChildProcess, ended: Promise<void>): Promise<void> {
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

/** The line of an output that says most likely what went wrong. */
export function lastLine(text: string): string {
  const lines = text.split('\n').map(line => line.trim());
  return (
    lines.findLast(line => /error/i.test(line)) ?? lines.findLast(line => line !== '') ?? 'it said nothing'
  );
}
