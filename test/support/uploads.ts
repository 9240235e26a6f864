import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SubmittedDocument } from './catalog.ts';

const FOLDER = join(import.meta.dirname, '../uploads');

type UploadedDocument = Extract<SubmittedDocument, { kind: 'code' }>;

/** Modules of `test/uploads` as an operator uploads them; the first is the main one. */
export function uploadOf(
  name: string,
  modules: readonly string[],
  change: Partial<UploadedDocument> = {},
): UploadedDocument {
  const [mainModule = ''] = modules;
  return {
    kind: 'code',
    name,
    title: `Uploaded ${name}`,
    description: 'Modules of an operator.',
    mainModule,
    modules: Object.fromEntries(modules.map(module => [module, readFileSync(join(FOLDER, module), 'utf8')])),
    ...change,
  };
}
