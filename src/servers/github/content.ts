import * as z from 'zod';
import { fromBase64 } from './base64.ts';

/** What an entry of a directory is. GitHub lists submodules as files. */
export const DirectoryEntry = z.object({
  name: z.string(),
  kind: z.string().describe('"file", "dir" or "symlink".'),
  size: z.int().describe('In bytes; 0 for what is no file.'),
});
export type DirectoryEntry = z.infer<typeof DirectoryEntry>;

/** What is at a path of a repository. */
interface Common {
  readonly path: string;
  readonly sha: string;
  /** Where people see it. */
  readonly url: string;
}
export type FileContent = Common & {
  readonly kind: 'file';
  /** In bytes. */
  readonly size: number;
  /** Null where GitHub left them out, since the file is larger than 1 MB. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
};
export type Content =
  | FileContent
  | (Common & { readonly kind: 'directory'; readonly entries: readonly DirectoryEntry[] })
  | (Common & { readonly kind: 'symlink'; readonly target: string })
  | (Common & { readonly kind: 'submodule'; readonly target: string });

const common = { path: z.string(), sha: z.string(), html_url: z.string().nullable() };

const rawFile = z.object({
  ...common,
  type: z.literal('file'),
  size: z.int(),
  encoding: z.string(),
  content: z.string(),
});
const rawDirectory = z.object({
  ...common,
  type: z.literal('dir'),
  entries: z.array(z.object({ name: z.string(), type: z.string(), size: z.int() })),
});
const rawSymlink = z.object({ ...common, type: z.literal('symlink'), target: z.string() });
const rawSubmodule = z.object({
  ...common,
  type: z.literal('submodule'),
  submodule_git_url: z.string().nullable(),
});

/** What GitHub says of a path (media type `object`), read as ours. */
export const ContentAnswer = z
  .discriminatedUnion('type', [rawFile, rawDirectory, rawSymlink, rawSubmodule])
  .transform((answer): Content => {
    const { path, sha, html_url } = answer;
    return { path, sha, url: html_url ?? '', ...particulars(answer) };
  });

function particulars(
  answer: z.infer<typeof rawFile | typeof rawDirectory | typeof rawSymlink | typeof rawSubmodule>,
) {
  switch (answer.type) {
    case 'file':
      return { kind: 'file', size: answer.size, bytes: bytesOf(answer) } as const;
    case 'dir':
      return { kind: 'directory', entries: answer.entries.map(toEntry) } as const;
    case 'symlink':
      return { kind: 'symlink', target: answer.target } as const;
    case 'submodule':
      return { kind: 'submodule', target: answer.submodule_git_url ?? '' } as const;
  }
}

function bytesOf({ encoding, content, size }: z.infer<typeof rawFile>): Uint8Array<ArrayBuffer> | null {
  if (encoding !== 'base64' || (content === '' && size > 0)) return null;
  return fromBase64(content);
}

function toEntry({ name, type, size }: z.infer<typeof rawDirectory>['entries'][number]): DirectoryEntry {
  return { name, kind: type, size };
}

/** An entry as a line; directories end with a slash. */
export function entryLine({ name, kind, size }: DirectoryEntry): string {
  if (kind === 'dir') return `- ${name}/`;
  return `- ${name} (${kind === 'file' ? `${size} bytes` : kind})`;
}
