import { AsyncLocalStorage } from 'node:async_hooks';

/** How much a line matters, from the least. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line says beside its event: codes, counts and ids, never what people or servers have said. */
export type LogFields = Readonly<Record<string, unknown>>;

const context = new AsyncLocalStorage<LogFields>();
let leastLevel: LogLevel = 'info';

/** Sets from which level on lines are written (setting LOG_LEVEL), for this Worker isolate. */
export function setLogLevel(level: LogLevel): void {
  leastLevel = level;
}

/** Does some work whose lines all say what it belongs to, such as its trace. */
export function withLogFields<Result>(fields: LogFields, work: () => Result): Result {
  return context.run({ ...context.getStore(), ...fields }, work);
}

/** Writes one line of JSON to the platform's log. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(leastLevel)) return;
  WRITERS[level](lineOf({ level, event, ...context.getStore(), ...fields }));
}

/** The platform's log shows lines by the method that wrote them. Asked for at each line, so that it can be replaced. */
const WRITERS: Readonly<Record<LogLevel, (line: string) => void>> = {
  // biome-ignore-start lint/suspicious/noConsole: the platform's log is where lines belong
  debug: line => console.debug(line),
  info: line => console.info(line),
  warn: line => console.warn(line),
  error: line => console.error(line),
  // biome-ignore-end lint/suspicious/noConsole: as above
};

/** JSON leaves some characters as they are that terminals and log shippers act on, or take for the end of a line. */
const LIVELY = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function lineOf(fields: LogFields): string {
  return JSON.stringify(fields).replace(
    LIVELY,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Has what libraries write as warnings come as lines of our own. They are texts that may hold anything, so only their beginning is kept,
 * where it is a known one, and an OAuth error code. Called once, by the composition root.
 */
export function captureWarnings(): void {
  // biome-ignore-start lint/suspicious/noConsole: it is what is captured
  const write = console.warn.bind(console);
  console.warn = (...said: readonly unknown[]) => {
    const text = String(said[0]);
    if (said.length === 1 && text.startsWith('{"level":"warn",')) return write(text);
    write(lineOf({ level: 'warn', event: 'library_warning', ...context.getStore(), ...plainPart(text) }));
  };
  // biome-ignore-end lint/suspicious/noConsole: as above
}

/** What the libraries that we use are known to warn of. */
const KNOWN_WARNINGS = [
  'OAuth error response',
  'Failed to revoke grant',
  'Failed to renew client registration',
  'CIMD fetch failed',
];

function plainPart(text: string): LogFields {
  const words = KNOWN_WARNINGS.find(known => text.startsWith(known)) ?? 'unknown';
  const [, status, code] = /^[A-Za-z ]+: (\d{3}) ([a-z_]{1,40}) -/.exec(text) ?? [];
  return { text: words, ...(code !== undefined && { status: Number(status), code }) };
}
