import type { DocumentOf } from '../catalog/server-document.ts';
import { compile } from '../openapi/compile.ts';
import { readDescription } from '../openapi/description.ts';
import { mayBeOpened } from '../vault/egress/headers.ts';
import { checkConnections } from './declared-needs.ts';
import { notesOf, obstaclesFor, requireTools } from './openapi-reach.ts';
import { fetchedSource } from './openapi-source.ts';
import { requireNoQuery } from './plain-address.ts';
import type { Prepare, Publisher } from './publisher.ts';
import { invalid } from './refusal.ts';

const KEY_IN_QUERY =
  'A key for the API goes into CONNECTIONS, as a connection with "placement": {"in": "query", "name": …}. Where the description itself is had by a query only, give it as "source".';

/** Makes tools of the operations of an OpenAPI description: what is listed, and what runs, is known from then on. */
export const prepareOpenapi: Prepare<'openapi'> = async (document, publisher) => {
  checkConnections(document, publisher);
  const { source: _, ...rest } = document;
  const source = await sourceOf(document, publisher);
  const description = readDescription(source);
  const { env, principal, settings } = publisher;
  const reaching = { document, env, principal, settings };
  const compiled = compile(description, {
    ...rest,
    obstacleTo: obstaclesFor(reaching),
    maySendHeader: mayBeOpened,
  });
  requireTools(compiled, reaching, description);
  const { artifacts } = publisher.store;
  return {
    document: rest,
    headers: compiled.headers,
    notes: notesOf(compiled),
    artifacts: {
      source: await artifacts.put(source),
      operations: await artifacts.put(compiled.operations),
      definitions: await artifacts.put(compiled.definitions),
    },
  };
};

async function sourceOf(
  { source, sourceUrl }: DocumentOf<'openapi'>,
  { settings }: Publisher,
): Promise<NonNullable<DocumentOf<'openapi'>['source']>> {
  if (source !== undefined && sourceUrl !== undefined) {
    throw invalid('source: there is a "sourceUrl" too. Give the description itself, or where it is.');
  }
  if (sourceUrl !== undefined) {
    requireNoQuery('sourceUrl', sourceUrl, KEY_IN_QUERY);
    return fetchedSource(sourceUrl, settings);
  }
  if (source !== undefined) return source;
  throw invalid('source: it is missing. Give the OpenAPI description itself, or its address in "sourceUrl".');
}
