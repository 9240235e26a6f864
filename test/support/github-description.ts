import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The package that has GitHub's own description of its API (MIT), as the registry knows it; see docs/decisions/0022-openapi-servers.md. */
const PACKAGE = { name: '@octokit/openapi', version: '23.0.2' } as const;
const INTEGRITY =
  'sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==';

/** The one file of it that is kept: 13 MB of the 385 that it unpacks to. */
const MEMBER = 'package/generated/api.github.com.json';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/gatehouse');
const KEPT = join(CACHE, `github-description-${PACKAGE.version}.json`);

/** What fetching 29 MB may take. */
const FETCH_TIMEOUT_MS = 120_000;

/**
 * The text of GitHub's description: 13 MB of JSON. Whoever asks first fetches it from the registry.
 * @returns null where the registry cannot be reached, which is said aloud: tests that need it are skipped then.
 * @throws where the registry has another package by that name and version.
 */
export async function githubDescription(): Promise<string | null> {
  if (!existsSync(KEPT)) {
    const obstacle = await fetchDescription();
    if (obstacle !== null) {
      console.warn(
        `\n!!! SKIPPED: the tests of GitHub's description. ${PACKAGE.name}@${PACKAGE.version} cannot be fetched: ${obstacle}\n`,
      );
      return null;
    }
  }
  return readFile(KEPT, 'utf8');
}

/** Several may do this at once: each has a folder of its own, and puts the whole file in its place at the end. */
async function fetchDescription(): Promise<string | null> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'fetch-'));
  try {
    const obstacle = await pack(folder);
    if (obstacle !== null) return obstacle;
    const archive = await archiveIn(folder);
    await run('tar', ['-xzf', archive, '-C', folder, MEMBER]);
    await rename(join(folder, MEMBER), KEPT);
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns why the registry does not give it; null where it does. */
async function pack(folder: string): Promise<string | null> {
  const args = ['pack', `${PACKAGE.name}@${PACKAGE.version}`, '--pack-destination', folder];
  const patience = [
    '--prefer-offline',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
    '--fetch-timeout=30000',
  ];
  try {
    await run('npm', [...args, ...patience], { timeout: FETCH_TIMEOUT_MS });
    return null;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    return stderr.match(/npm error (?!code|errno|syscall|type).*/)?.[0] ?? message;
  }
}

async function archiveIn(folder: string): Promise<string> {
  const [name = ''] = (await readdir(folder)).filter(each => each.endsWith('.tgz'));
  const archive = join(folder, name);
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (`sha512-${digest}` === INTEGRITY) return archive;
  throw new Error(`${name} has the integrity sha512-${digest}, and must have ${INTEGRITY}`);
}
