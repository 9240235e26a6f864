import { writtenFile } from '../publish/catalog-file.ts';
import type { ApiRoute } from './api-route.ts';

/** An answer as it is sent; a file is written to be read by people. */
export function textOf({ file }: ApiRoute, answer: object): string {
  return file === undefined ? JSON.stringify(answer) : writtenFile(answer);
}
