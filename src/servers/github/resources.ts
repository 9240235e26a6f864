import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import type { GitHub } from './api/github.ts';
import { GitHubError } from './api/github-error.ts';
import { toBase64 } from './base64.ts';
import { Completions } from './completions.ts';
import { entryLine } from './content.ts';
import { FILE_URI_TEMPLATE, placeOfUri } from './file-uri.ts';
import { mediaTypeOf } from './media-type.ts';
import { bytesOfFile, type FilePlace, readContent } from './repository-file.ts';

/** The largest file that is one resource: as Base64, or escaped as JSON, it fits into one answer of the gateway. */
const MAX_RESOURCE_BYTES = 3 * 1024 * 1024;

/** The files of all repositories as resources. None is listed, since there is no end of them. */
export function registerResources(server: McpServer, github: GitHub): void {
  const completions = new Completions(github);
  server.registerResource(
    'file',
    new ResourceTemplate(FILE_URI_TEMPLATE, { list: undefined, complete: completions.byVariable() }),
    {
      title: 'A file of a repository',
      description:
        'A file on a branch, tag or commit ("HEAD" is the default branch), as text or bytes; of a directory, its entries.',
    },
    async ({ href: uri }, variables, { mcpReq: { signal } }) => {
      const place = placeOfUri(variables);
      if (place === null) throw new ResourceNotFoundError(uri);
      try {
        return await readPlace(github, uri, place, signal);
      } catch (error) {
        throw error instanceof GitHubError ? toProtocolError(uri, error) : error;
      }
    },
  );
}

async function readPlace(
  github: GitHub,
  uri: string,
  place: FilePlace,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const content = await readContent(github, place, signal);
  if (content.kind === 'directory') return document(uri, content.entries.map(entryLine).join('\n'));
  if (content.kind !== 'file') return document(uri, content.target);
  if (content.size > MAX_RESOURCE_BYTES) throw tooLarge(content.size);
  const { bytes, text } = await bytesOfFile(github, place, content, signal);
  const mimeType = mediaTypeOf(content.path, text !== null);
  if (text === null) return { contents: [{ uri, mimeType, blob: toBase64(bytes) }] };
  return { contents: [{ uri, mimeType, text }] };
}

function document(uri: string, text: string): ReadResourceResult {
  return { contents: [{ uri, mimeType: 'text/plain', text }] };
}

function toProtocolError(uri: string, error: GitHubError): ProtocolError {
  if (error.kind === 'not_found') return new ResourceNotFoundError(uri, error.toText());
  const code = error.kind === 'invalid' ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  return new ProtocolError(code, error.toText());
}

function tooLarge(size: number): GitHubError {
  return new GitHubError(
    'invalid',
    `The file has ${size} bytes; a resource may have at most ${MAX_RESOURCE_BYTES}. Read it in parts with read_file.`,
  );
}
