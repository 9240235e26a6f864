import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import { templateOf } from './hosted-servers.ts';
import type { IsolateCode } from './isolate.ts';

/** What OpenAPI servers run in: src/servers/openapi, by name. */
const TEMPLATE = 'openapi';

/** The module of that server which says what it runs by. */
const DATA = 'operations.json';

/**
 * The code and data of an OpenAPI server. The hash is of both, and of what clients are told of it, so that every change has isolates
 * and pins of its own.
 */
export function openapiCode(
  { current: { document, artifacts, headers = [] } }: CatalogEntry,
  store: CatalogStore,
): IsolateCode {
  const { operations, definitions } = artifacts;
  if (document.kind !== 'openapi' || operations === undefined || definitions === undefined) {
    throw new Error(`${document.name} is no OpenAPI server`);
  }
  const template = templateOf(TEMPLATE);
  const { name, connections } = document;
  return {
    name,
    codeHash: toBase64url(sha256(lengthPrefixed(template.codeHash, operations, definitions, headers.join()))),
    // Each user's calls carry their own credential.
    isolation: 'user',
    capabilities: [],
    connections,
    settings: {},
    opened: headers,
    mainModule: template.mainModule,
    modules: async () => ({
      ...(await template.modules()),
      [DATA]: { json: await store.artifacts.get(operations) },
    }),
  };
}
