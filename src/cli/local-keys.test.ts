import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { keyRingText } from '../crypto/key-ring.fake.ts';
import { parseKeyRing } from '../crypto/key-ring.ts';
import { ensureLocalKeys } from './local-keys.ts';
import { Problem } from './problem.ts';

/** An empty folder that goes with the test. */
function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const keysIn = (folder: string) => readFileSync(join(folder, '.dev.vars'), 'utf8');
const ringIn = (folder: string) => parseKeyRing(/^KEY_RING='(.*)'$/m.exec(keysIn(folder))?.[1] ?? '');

function problemWith(text: string): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, '.dev.vars'), text);
  try {
    ensureLocalKeys(folder);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect(keysIn(folder)).toBe(text);
    return (error as Problem).message;
  }
  return 'none';
}

test('a first start makes a key ring that can be read', () => {
  const folder = emptyFolder();
  ensureLocalKeys(folder);
  expect(ringIn(folder).current).toBe('k1');
});

test("the file is its owner's only, and no draft of it stays behind", () => {
  const folder = emptyFolder();
  ensureLocalKeys(folder);
  expect(readdirSync(folder)).toEqual(['.dev.vars']);
  if (process.platform !== 'win32') expect(statSync(join(folder, '.dev.vars')).mode & 0o777).toBe(0o600);
});

test('two machines have two keys', () => {
  const folders = [emptyFolder(), emptyFolder()];
  for (const folder of folders) ensureLocalKeys(folder);
  expect(new Set(folders.map(keysIn)).size).toBe(2);
});

test('later starts leave the file as it is, other variables included', () => {
  const folder = emptyFolder();
  const text = `OTHER=1\nKEY_RING = '${keyRingText('old', 'new')}'\nMORE=2\n`;
  writeFileSync(join(folder, '.dev.vars'), text);
  ensureLocalKeys(folder);
  expect(keysIn(folder)).toBe(text);
});

test('a key ring without quotes, or with the line ends of Windows, is read too', () => {
  expect(problemWith(`KEY_RING=${keyRingText('k1')}`)).toBe('none');
  expect(problemWith(`A=1\r\nKEY_RING='${keyRingText('k1')}'\r\n`)).toBe('none');
});

test('of several first starts at once one wins, and all agree', async () => {
  const folder = emptyFolder();
  const script = `
    const { ensureLocalKeys } = await import(${JSON.stringify(new URL('./local-keys.ts', import.meta.url).href)});
    ensureLocalKeys(${JSON.stringify(folder)});
    const { readFileSync } = await import('node:fs');
    process.stdout.write(readFileSync(${JSON.stringify(join(folder, '.dev.vars'))}));`;
  const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const starts = await Promise.all([start(), start(), start()]);
  expect(new Set(starts.map(({ stdout }) => stdout))).toEqual(new Set([keysIn(folder)]));
  expect(readdirSync(folder)).toEqual(['.dev.vars']);
});

test.each([
  ['a file without a key ring', 'OTHER=1\n', '.dev.vars has no KEY_RING; add it back, or remove the file.'],
  ['an empty file', '', '.dev.vars has no KEY_RING; add it back, or remove the file.'],
  [
    'a broken key ring',
    "KEY_RING='{'",
    '.dev.vars: KEY_RING cannot be read: it is not JSON. Restore it, or remove the file and the state that it sealed.',
  ],
  [
    'a key ring whose current key is gone',
    `KEY_RING='${keyRingText('k1').replace('"current":"k1"', '"current":"k2"')}'`,
    '.dev.vars: KEY_RING cannot be read: "current" names "k2", which is not under "keys". Restore it, or remove the file and the state that it sealed.',
  ],
])('%s is a problem that says what to do, and is not overwritten', (_what, text, message) => {
  expect(problemWith(text)).toBe(message);
});

test('a file that cannot be read is a problem, not an exception', () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, '.dev.vars'));
  expect(() => ensureLocalKeys(folder)).toThrow(new Problem('.dev.vars cannot be read (EISDIR).'));
});

test('a file that cannot be written is a problem, not an exception', () => {
  const folder = join(emptyFolder(), 'missing');
  expect(() => ensureLocalKeys(folder)).toThrow(new Problem('.dev.vars cannot be written (ENOENT).'));
});
