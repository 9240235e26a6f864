import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/**
 * GitHub's own description of its API (MIT), as `generated/api.github.com.json` of @octokit/openapi 23.0.2 has it, without space between
 * its tokens. The package unpacks to 385 MB, so it is no dependency; see docs/decisions/0022-openapi-servers.md. To take another version:
 * `npm pack @octokit/openapi`, unpack that file, and `node test/support/github-description.ts FILE`.
 */
const COPY = join(import.meta.dirname, 'github-description.json.br');

/** The text of the description: 7 MB of JSON. */
export function githubDescription(): string {
  return brotliDecompressSync(readFileSync(COPY)).toString();
}

function replaceCopy(file: string): void {
  const text = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
  const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
  writeFileSync(COPY, brotliCompressSync(text, { params }));
}

if (import.meta.main) replaceCopy(process.argv[2] ?? '');
