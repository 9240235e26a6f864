import type * as z from 'zod';
import type { serverDocumentSchema } from '../../src/catalog/server-document.ts';
import { ApiClient } from './api-client.ts';

/** A server as an operator writes it. */
export type SubmittedDocument = z.input<typeof serverDocumentSchema>;

/** Where servers are published. */
export interface PublishedAt {
  readonly origin: string;
}

/** An operator who is signed in, by the origin of their gateway: a gateway that starts again on its port keeps its tokens. */
const operators = new Map<string, Promise<ApiClient>>();

/** The API as an operator of the gateway's organisation (`olivia`) calls it. */
export function operatorOf({ origin }: PublishedAt): Promise<ApiClient> {
  const operator = operators.get(origin) ?? ApiClient.signIn(origin, 'olivia');
  operators.set(origin, operator);
  return operator;
}

/**
 * Adds a server to the catalog of a gateway's organisation, as an operator does.
 * @returns its version.
 * @throws where the gateway refuses it, with what it says.
 */
export async function publish(gateway: PublishedAt, document: SubmittedDocument): Promise<number> {
  const operator = await operatorOf(gateway);
  const { status, body } = await operator.call('POST', '/api/v1/admin/servers', document);
  if (status !== 200) throw new Error(`publishing ${document.name} answered ${status}: ${body?.detail}`);
  return body.version;
}
