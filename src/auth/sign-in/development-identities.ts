import { isDevelopment, type Settings } from '../../env.ts';
import type { Person } from '../../identity/person.ts';
import type { Role } from '../../principal.ts';

const TENANT = 'default';

/** The people of a development gateway. */
const IDENTITIES = [
  { user: 'ada', name: 'Ada', role: 'administrator', groups: ['everybody'] },
  { user: 'bob', name: 'Bob', role: 'member', groups: ['everybody', 'engineering'] },
  { user: 'eve', name: 'Eve', role: 'member', groups: ['everybody', 'sales'] },
  { user: 'olivia', name: 'Olivia', role: 'operator', groups: ['everybody', 'engineering'] },
  { user: 'aidan', name: 'Aidan', role: 'auditor', groups: ['everybody'] },
] as const satisfies readonly { user: string; name: string; role: Role; groups: string[] }[];

/** Who may sign in without a password: nobody, except in development. */
export function developmentIdentities(settings: Settings): readonly (typeof IDENTITIES)[number][] {
  return isDevelopment(settings) ? IDENTITIES : [];
}

/** The development identity of a name, or null. */
export function developmentPerson(settings: Settings, user: string): Person | null {
  const found = developmentIdentities(settings).find(identity => identity.user === user);
  return found ? { tenant: TENANT, subject: found.user, roles: [found.role], groups: found.groups } : null;
}
