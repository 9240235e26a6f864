import * as z from 'zod';
import { GatehouseError } from '../../errors.ts';
import { readBounded } from '../../identity/bounded-body.ts';
import { operatorFetch } from '../../network/outbound-fetch.ts';
import type { BackendSettings } from './settings.ts';

/** The longest answer that is read. */
const MAX_BYTES = 1024 * 1024;

/** How long before its lease ends a token is no longer used. */
const LEASE_MARGIN_MS = 10_000;

const NOT_FOUND = 404;
const FORBIDDEN = 403;

/** A secret of a KV v2 engine. */
export interface KvSecret {
  readonly data: Readonly<Record<string, unknown>>;
  readonly version: number;
}

const secretSchema = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()),
    metadata: z.object({ version: z.number().int() }),
  }),
});
/** A secret that is not there, or was deleted; of a path that nothing serves there is an error in the list. */
const absentSchema = z.object({ errors: z.array(z.string()).default([]) });
const loginSchema = z.object({
  auth: z.object({ client_token: z.string().min(1), lease_duration: z.number() }),
});

/** Reads secrets from HashiCorp Vault or OpenBao over their HTTP API. Neither token nor secret is in any error. */
export class KvV2Client {
  readonly #settings: BackendSettings;
  #signedIn: { readonly token: string; readonly untilMs: number } | undefined;

  constructor(settings: BackendSettings) {
    this.#settings = settings;
  }

  /**
   * The newest version of a secret; null where there is none, or where it was deleted.
   * @throws GatehouseError `credential_unavailable`.
   */
  async read(path: string): Promise<KvSecret | null> {
    const url = `${inPath(this.#settings.mount)}/data/${inPath(path)}`;
    const first = await this.#get(url);
    // A token that was revoked before its time: once more with another, where we can get one.
    const isWorthAnother = first.status === FORBIDDEN && this.#settings.appRole !== undefined;
    if (isWorthAnother) this.#signedIn = undefined;
    const answer = isWorthAnother ? await this.#get(url) : first;
    if (answer.status === NOT_FOUND) return this.#absent(answer);
    const { data } = await this.#parsed(answer, secretSchema);
    return { data: data.data, version: data.metadata.version };
  }

  /** @throws where it is not the secret that is missing, but the engine. */
  async #absent(answer: Response): Promise<null> {
    const { data } = absentSchema.safeParse(await answer.json().catch(() => undefined));
    if (data === undefined || data.errors.length > 0) throw this.#failed('has no engine at "mount"');
    return null;
  }

  async #get(url: string): Promise<Response> {
    const token = this.#settings.token ?? (await this.#appRoleToken());
    return this.#fetch(url, { headers: { 'x-vault-token': token } });
  }

  async #appRoleToken(): Promise<string> {
    const { appRole } = this.#settings;
    if (this.#signedIn && Date.now() < this.#signedIn.untilMs) return this.#signedIn.token;
    if (!appRole) throw this.#failed('has no way to sign in');
    const body = JSON.stringify({ role_id: appRole.roleId, secret_id: appRole.secretId });
    const headers = { 'content-type': 'application/json' };
    const url = `auth/${inPath(appRole.mount)}/login`;
    const answer = await this.#fetch(url, { method: 'POST', headers, body });
    const { auth } = await this.#parsed(answer, loginSchema);
    // Zero stands for a token without an end.
    const leaseMs = auth.lease_duration === 0 ? Number.POSITIVE_INFINITY : auth.lease_duration * 1000;
    this.#signedIn = { token: auth.client_token, untilMs: Date.now() + leaseMs - LEASE_MARGIN_MS };
    return auth.client_token;
  }

  /** Redirects, as a standby node answers, are not followed: the token would go where nobody has set it up to go. */
  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const { address, namespace, timeoutMs } = this.#settings;
    const headers = new Headers(init.headers);
    headers.set('x-vault-request', 'true');
    if (namespace !== undefined) headers.set('x-vault-namespace', namespace);
    const signal = AbortSignal.timeout(timeoutMs);
    const url = `${address.replace(/\/+$/, '')}/v1/${path}`;
    try {
      const response = await operatorFetch(url, { ...init, headers, signal, redirect: 'manual' });
      return await readBounded(response, MAX_BYTES);
    } catch {
      // What was thrown may hold the request, and so the token.
      throw this.#failed('cannot be reached');
    }
  }

  async #parsed<Shape extends z.ZodType>(answer: Response, schema: Shape): Promise<z.infer<Shape>> {
    if (!answer.ok) throw this.#failed(`answered ${answer.status}`);
    const parsed = schema.safeParse(await answer.json().catch(() => undefined));
    if (!parsed.success) throw this.#failed('gave an answer that is not its own kind');
    return parsed.data;
  }

  #failed(what: string): GatehouseError {
    const message = `The secret store "${this.#settings.id}" ${what}. Try again in a while.`;
    return new GatehouseError('credential_unavailable', message);
  }
}

function inPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
