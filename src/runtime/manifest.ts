import * as z from 'zod';

/** A connection's id, as in the setting CONNECTIONS. */
const CONNECTION_ID = /^[a-z][a-z0-9-]{0,31}$/;

/** A setting's name. Where it ends in `_URL`, its value is an address, see {@link isSettingValue}. */
const SETTING_NAME = /^[A-Z][A-Z0-9_]*$/;

const fields = z.strictObject({
  title: z.string().min(1),
  description: z.string().min(1),
  /**
   * Whose calls may share an isolate: one session's (strongest), one user's, or one tenant's. A wall, and a
   * price: the platform bills each distinct isolate per day.
   */
  isolation: z.enum(['session', 'user', 'tenant']),
  /** What the gateway hands to the isolate: `state` is storage for this user, as `env.STATE`. */
  capabilities: z.array(z.enum(['state'])),
  /** The connections (CONNECTIONS) whose third parties it may call. All other network is closed to it. */
  connections: z.array(z.string().regex(CONNECTION_ID)).readonly().default([]),
  /**
   * What operators may set for this server, with the values where they do not: `env.SETTINGS` of its isolates. Plain
   * data that tool code reads, so never a secret.
   */
  settings: z.record(z.string().regex(SETTING_NAME), z.string()).default({}),
  /** `development` keeps a server out of production altogether; a `template` is what servers of the catalog are made of, and none itself. */
  availability: z.enum(['always', 'development', 'template']),
});

/**
 * What a hosted server's folder says of it, in `manifest.json`. State and credentials belong to one user, so a server
 * that uses them cannot run in an isolate that several users share.
 */
export const manifestSchema = fields
  .refine(({ isolation, capabilities }) => !(isolation === 'tenant' && capabilities.includes('state')), {
    path: ['isolation'],
    message: 'must be "session" or "user" where "state" is a capability',
  })
  .refine(({ isolation, connections }) => !(isolation === 'tenant' && connections.length > 0), {
    path: ['isolation'],
    message: 'must be "session" or "user" where connections are declared',
  })
  .refine(({ settings }) => Object.entries(settings).every(([name, value]) => isSettingValue(name, value)), {
    path: ['settings'],
    message: 'a setting whose name ends in "_URL" must be an https address',
  });

/** Whether a setting may have this value: a `_URL` is an https address, and http too where `allowsHttp` says so of its host. */
export function isSettingValue(
  name: string,
  value: string,
  allowsHttp: (hostname: string) => boolean = () => false,
): boolean {
  if (!name.endsWith('_URL')) return true;
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  const isPlain = [username, password, search, hash].every(part => part === '');
  return isPlain && (protocol === 'https:' || (protocol === 'http:' && allowsHttp(hostname)));
}

/** A checked manifest. */
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** A hosted server as it was bundled: what it says of itself and the modules to load. */
export interface HostedBundle {
  readonly name: string;
  readonly manifest: Manifest;
  /** SHA-256 over the modules, base64url: the version that tools are pinned to. */
  readonly codeHash: string;
  readonly mainModule: string;
  readonly modules: readonly string[];
}

/** All hosted servers of a build; modules are shared where servers use the same library. */
export interface Bundles {
  readonly servers: readonly HostedBundle[];
  readonly modules: Readonly<Record<string, string>>;
}
