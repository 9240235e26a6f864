import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { GitHubError } from '../api/github-error.ts';
import { type Content, DirectoryEntry, entryLine, type FileContent } from '../content.ts';
import { FilePath, Ref } from '../file-path.ts';
import { pieceOf } from '../file-piece.ts';
import { fileUri } from '../file-uri.ts';
import { mediaTypeOf } from '../media-type.ts';
import { bytesOfFile, type FileBytes, type FilePlace, readContent } from '../repository-file.ts';
import { repositoryInput } from '../repository-name.ts';
import { answer, answering, READS } from './result.ts';

const DEFAULT_CHARACTERS = 30_000;
const MAX_CHARACTERS = 200_000;

const input = z.strictObject({
  ...repositoryInput,
  path: FilePath.default('').describe('From the root, such as "src/index.ts". Left out, the root directory.'),
  ref: Ref.optional(),
  offset: z.int().min(0).default(0).describe('The character to begin at: nextOffset of the call before.'),
  limit: z
    .int()
    .min(1)
    .max(MAX_CHARACTERS)
    .default(DEFAULT_CHARACTERS)
    .describe('How many characters at most.'),
});
type Input = z.infer<typeof input>;

const output = z.object({
  path: z.string(),
  kind: z.enum(['file', 'directory', 'symlink', 'submodule']),
  sha: z.string().describe('The Git object, which changes with the content.'),
  url: z.string(),
  size: z.int().optional().describe('Of a file, in bytes.'),
  isBinary: z
    .boolean()
    .optional()
    .describe('Of a file: whether it is no UTF-8 text, so that text is absent.'),
  uri: z.string().optional().describe('Of a binary file: the resource to read its bytes from.'),
  text: z.string().optional().describe('Of a text file: this part of it.'),
  offset: z.int().optional().describe('The character that the part begins at.'),
  startLine: z.int().optional().describe('The number of the line that the part begins in, from 1.'),
  totalCharacters: z.int().optional(),
  nextOffset: z.int().optional().describe('The offset to ask for next. Absent at the end.'),
  entries: z.array(DirectoryEntry).optional().describe('Of a directory; GitHub answers the first 1000.'),
  target: z.string().optional().describe('Where a symlink leads, or the repository of a submodule.'),
});

/** `read_file`: a file, part by part, or the entries of a directory. */
export function registerReadFile(server: McpServer, github: GitHub): void {
  server.registerTool(
    'read_file',
    {
      title: 'Read a file or directory',
      description:
        'Read a file of a repository as text, or list a directory. A long file is answered in parts: call again with ' +
        'nextOffset. Binary files are named, not shown.',
      inputSchema: input,
      outputSchema: output,
      annotations: READS,
    },
    (args, { mcpReq: { signal } }) =>
      answering(async () => {
        const content = await readContent(github, args, signal);
        if (content.kind !== 'file') return otherAnswer(content);
        return fileAnswer(content, args, await bytesOfFile(github, args, content, signal));
      }),
  );
}

function fileAnswer(file: FileContent, args: Input, { text }: FileBytes): CallToolResult {
  const facts = factsOf(file);
  if (text === null) return binaryAnswer(file, args);
  const piece = pieceOf(text, args.offset, args.limit);
  if (piece === null) throw beyondEnd(args.offset, text.length);
  const { startLine, nextOffset } = piece;
  return answer(
    [
      `${file.path}, ${file.size} bytes, from line ${startLine}:`,
      '',
      piece.text,
      ...(nextOffset === undefined
        ? []
        : [`[${nextOffset} of ${text.length} characters: call again with offset ${nextOffset}.]`]),
    ],
    { ...facts, size: file.size, isBinary: false, ...piece },
  );
}

function binaryAnswer(file: FileContent, place: FilePlace): CallToolResult {
  const uri = fileUri(place);
  const mimeType = mediaTypeOf(file.path, false);
  const words = `${file.path} is binary (${mimeType}, ${file.size} bytes). Its bytes are the resource ${uri}`;
  const result = answer([words], { ...factsOf(file), size: file.size, isBinary: true, uri });
  return {
    ...result,
    content: [...result.content, { type: 'resource_link', uri, name: file.path, mimeType, size: file.size }],
  };
}

function otherAnswer(content: Exclude<Content, FileContent>): CallToolResult {
  const facts = factsOf(content);
  if (content.kind === 'directory') {
    const { entries } = content;
    const lines = [`${content.path || 'The root'}: ${entries.length} entries`, ...entries.map(entryLine)];
    return answer(lines, { ...facts, entries });
  }
  const { kind, target } = content;
  return answer([`${content.path} is a ${kind} of ${target}`], { ...facts, target });
}

function factsOf({ path, kind, sha, url }: Content) {
  return { path, kind, sha, url };
}

function beyondEnd(offset: number, length: number): GitHubError {
  return new GitHubError(
    'invalid',
    `offset is ${offset}, and the file has ${length} characters. It must be less.`,
  );
}
