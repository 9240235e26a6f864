import * as z from 'zod';
import { type Env, oncePerEnvironment } from '../env.ts';
import { ListSetting } from '../identity/list-setting.ts';

const bindingSchema = z.strictObject({
  /** What documents of the organisation's servers call it by (`auth.clientSecret`). */
  name: z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be 1 to 64 lower-case letters, digits and hyphens'),
  /** The organisation whose operators may use it. */
  tenant: z.string().min(1),
  /** The authorization server that it may be sent to: its issuer identifier, exactly as its metadata have it. */
  issuer: z.url(),
  /** The variable of Workers Secrets that holds it. */
  variable: z.string().min(1),
});

/** A client's secret, whose it is and where it may go. */
interface BoundSecret extends Omit<z.infer<typeof bindingSchema>, 'variable'> {
  readonly value: string;
}

/** Who would use a secret of a name, and at which authorization server. */
export type SecretUse = Pick<BoundSecret, 'name' | 'tenant' | 'issuer'>;

const MEMBERS = ['name', 'tenant', 'issuer'] as const satisfies readonly (keyof SecretUse)[];

const SETTING = new ListSetting('REMOTE_CLIENT_SECRETS', bindingSchema);

/**
 * The secrets of clients at remote servers' authorization servers: `REMOTE_CLIENT_SECRETS`, a JSON list, checked once per isolate and
 * environment. Operators of organisations name them in their documents and say which server they are for, so it is the deployment that
 * says whose each is and where it may be sent.
 * @throws GatehouseError `setting_invalid`, naming the entry and the member that are wrong but never a secret.
 */
export const remoteClientSecrets: (env: Env) => readonly BoundSecret[] = oncePerEnvironment(env => {
  const secrets = SETTING.read(env).map(({ variable, ...bound }) => {
    SETTING.requireTls(env, bound.name, 'issuer', bound.issuer);
    return { ...bound, value: SETTING.secret(env, bound.name, 'variable', variable) };
  });
  requireUnambiguous(secrets);
  return secrets;
});

/** The secret that a document names; null where there is none of that name for this organisation and authorization server. */
export function clientSecretOf(env: Env, use: SecretUse): string | null {
  const found = remoteClientSecrets(env).find(secret => MEMBERS.every(each => secret[each] === use[each]));
  return found?.value ?? null;
}

/** An organisation may use one name at several authorization servers, but each time it means one secret. */
function requireUnambiguous(secrets: readonly BoundSecret[]): void {
  const isSame = (one: BoundSecret, other: BoundSecret) => MEMBERS.every(each => one[each] === other[each]);
  const twice = secrets.find((secret, at) => secrets.findIndex(other => isSame(secret, other)) !== at);
  if (twice) throw SETTING.wrong(`"${twice.name}" is there twice for the same "tenant" and "issuer"`);
}
