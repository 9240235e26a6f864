import type { Principal } from './principal.ts';

/** Ada, at one client, for the endpoint of all servers. */
export const ADA: Principal = {
  tenant: 'acme',
  subject: 'ada',
  client: 'editor',
  installation: { id: 'installation-1', key: 'YWRhJ3MgZ3JhbnQga2V5LCAzMiBieXRlcyBsb25nIQ' },
  resource: 'https://mcp.example.com/mcp',
  scopes: ['mcp'],
  roles: ['member'],
};

/** Principals that differ from Ada in one identifying field each, with the name of that field. */
export const ALMOST_ADA: readonly (readonly [field: string, principal: Principal])[] = [
  ['tenant', { ...ADA, tenant: 'other' }],
  ['subject', { ...ADA, subject: 'eve' }],
  ['client', { ...ADA, client: 'other' }],
  ['installation', { ...ADA, installation: { ...ADA.installation, id: 'installation-2' } }],
  ['resource', { ...ADA, resource: 'https://mcp.example.com/mcp/memory' }],
];
