import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { rotatePage } from '../vault/key-rotation.ts';
import { routes } from './api-route.ts';

/** What administrators may do about the credentials of third parties that are kept for their organisation. */
export const VAULT_ROUTES = routes([
  {
    scope: ADMIN_SCOPE,
    roles: ['administrator'],
    name: 'rotateVaultKey',
    method: 'POST',
    path: '/api/v1/admin/keys/vault/rotation',
    summary: "Seals a page of the organisation's stored credentials anew, under the current key.",
    answer: 'Rotation',
    isPaged: true,
    serve: ({ env, principal: { tenant }, page }) => rotatePage(env, tenant, page),
  },
]);
