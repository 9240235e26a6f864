import * as z from 'zod';
import { accountTrailOf } from '../audit/audit-trail.ts';
import { announceListChange } from '../catalog/list-changes.ts';
import { namesOfItems } from '../catalog/pins/item-names.ts';
import type { PinnedServer } from '../catalog/pins/pin-store.ts';
import { forgetPins, pinStoreOf, sourceOf } from '../catalog/pins/tenant-pins.ts';
import { catalogStoreOf } from '../catalog/tenant-catalog.ts';
import { GatehouseError } from '../errors.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { type ApiCall, routes, taking } from './api-route.ts';
import { parsedPinId, pinId, pinView } from './pin-views.ts';

const LOOKING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator', 'auditor'] } as const;
const DECIDING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator'] } as const;

const state = z.enum(['waiting', 'approved', 'refused']).default('waiting');

/** What remote servers of the caller's organisation offer, and what of it may be shown. */
export const PIN_ROUTES = routes([
  {
    ...LOOKING,
    name: 'listPins',
    method: 'GET',
    path: '/api/v1/admin/pins',
    summary:
      'What remote servers offer: what waits for approval, or what was approved or refused, with what has changed.',
    answer: 'Pins',
    isPaged: true,
    ...taking({
      query: z.strictObject({ state }),
      serve: async ({ env, principal: { tenant }, page }, { query }) => {
        const store = pinStoreOf(env, tenant);
        const { limit } = page;
        const pins = await store.page(await pinnedServers(env, tenant), query.state, page.after ?? '', limit);
        const servers = [...new Map(pins.map(pin => [pin.server, pin])).values()];
        const others = await store.read(servers);
        const last = pins.length < limit ? undefined : pins.at(-1);
        return {
          pins: pins.map(pin =>
            pinView(
              pin,
              others.filter(({ server }) => server === pin.server),
            ),
          ),
          next: last ? pinId(last) : null,
        };
      },
    }),
  },
  {
    ...DECIDING,
    name: 'approvePin',
    method: 'PUT',
    path: '/api/v1/admin/pins/{id}/approval',
    summary: 'Shows a definition, as it is in this list, to agents from now on.',
    answer: null,
    serve: call => decide(call, 'approved'),
  },
  {
    ...DECIDING,
    name: 'refusePin',
    method: 'PUT',
    path: '/api/v1/admin/pins/{id}/refusal',
    summary: 'Keeps a definition, as it is in this list, from agents.',
    answer: null,
    serve: call => decide(call, 'refused'),
  },
]);

/** What is not on the audit trail is not decided. */
async function decide({ env, principal, target }: ApiCall, to: 'approved' | 'refused'): Promise<null> {
  const { tenant, subject, client, installation } = principal;
  const id = parsedPinId(target);
  const store = pinStoreOf(env, tenant);
  const pin = id && (await store.find(id));
  if (!pin) {
    throw new GatehouseError(
      'definition_unknown',
      'There is no such definition; /api/v1/admin/pins lists those there are.',
    );
  }
  const { server, hash } = pin;
  const who = { user: subject, client, installation: installation.id };
  const what = { server, definitions: namesOfItems([pin]), hash };
  await accountTrailOf(env, principal).record({ kind: `definition.${to}`, ...who, ...what });
  await store.decide(pin, to, { by: subject, atMs: Date.now() });
  forgetPins(env, tenant, pin);
  await announceListChange(env, tenant);
  return null;
}

/** The remote servers that there are, each at the address that it has now: others are looked at no more. */
async function pinnedServers(env: ApiCall['env'], tenant: string): Promise<PinnedServer[]> {
  const entries = await catalogStoreOf(env, tenant).list();
  return entries.flatMap(({ name, current: { document } }) =>
    document.kind === 'remote' ? [{ server: name, source: sourceOf(document.url) }] : [],
  );
}
