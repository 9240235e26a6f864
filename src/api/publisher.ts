import { catalogStoreOf } from '../catalog/tenant-catalog.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { ApiCall } from './api-route.ts';

/** Whoever calls, as somebody who publishes servers in their own organisation. */
export function publisherOf({ env, deployment, exports, principal }: ApiCall): Publisher {
  const { settings, origin } = deployment;
  return { env, settings, exports, origin, principal, store: catalogStoreOf(env, principal.tenant) };
}
