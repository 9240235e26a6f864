import { afterEach, expect, test, vi } from 'vitest';
import { captureWarnings, log, setLogLevel, withLogFields } from './log.ts';

afterEach(() => {
  vi.restoreAllMocks();
  setLogLevel('info');
});

/** The lines that are written from now on. */
function linesOf(method: 'info' | 'warn'): () => string[] {
  const written = vi.spyOn(console, method).mockImplementation(() => {});
  return () => written.mock.calls.map(([line]) => String(line));
}

test.each([
  ['a line break', 'one\r\ntwo\u2028three\u2029four\u0085five'],
  ['a colour', '\u001b[31mred\u001b[0m \u009b31mred'],
  ['quotes and braces', '"}{"level":"error","event":"forged"}'],
  ['other direction', '\u202eabc\u2066'],
  ['control characters', '\u0000\u0007\u0008\u007f'],
])('whatever is said is one line of JSON, and comes back as it was: %s', (_what, text) => {
  const lines = linesOf('info');
  log('info', 'told', { [text]: text });
  const [line = '', ...others] = lines();
  expect(others).toEqual([]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
  expect(JSON.parse(line)).toEqual({ level: 'info', event: 'told', [text]: text });
});

test('lines below the level that is set are not written', () => {
  const lines = linesOf('info');
  setLogLevel('warn');
  log('info', 'told');
  expect(lines()).toEqual([]);
});

test('lines say what they belong to', async () => {
  const lines = linesOf('info');
  await withLogFields({ trace: 'abc' }, async () => {
    await Promise.resolve();
    withLogFields({ part: 1 }, () => log('info', 'inner'));
  });
  log('info', 'outer');
  expect(lines().map(line => JSON.parse(line))).toEqual([
    { level: 'info', event: 'inner', trace: 'abc', part: 1 },
    { level: 'info', event: 'outer' },
  ]);
});

test('a warning of a library becomes a line of ours, with nothing that somebody said', () => {
  const lines = linesOf('warn');
  captureWarnings();
  const library = console;
  library.warn('OAuth error response: 401 invalid_client - canary\n{"level":"warn"}');
  library.warn('Failed to renew client registration canary:', new Error('canary'));
  log('warn', 'own', { count: 1 });
  expect(lines().map(line => JSON.parse(line))).toEqual([
    {
      level: 'warn',
      event: 'library_warning',
      text: 'OAuth error response',
      status: 401,
      code: 'invalid_client',
    },
    { level: 'warn', event: 'library_warning', text: 'Failed to renew client registration' },
    { level: 'warn', event: 'own', count: 1 },
  ]);
});
