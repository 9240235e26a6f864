import * as z from 'zod';
import { JsonSetting } from '../env/json-setting.ts';
import { type Env, isDevelopment, isLoopback, settingsOf } from '../env.ts';

/** Reads one setting that is a JSON list, and says what is wrong with it. Secrets are named in it by their variable. */
export class ListSetting<Schema extends z.ZodType> extends JsonSetting<z.ZodArray<Schema>> {
  /**
   * @param name the variable that holds the list.
   * @param item the shape of one entry.
   */
  constructor(name: string, item: Schema) {
    super(name, z.array(item), 'the list');
  }

  /**
   * The entries; none where the variable is not set or empty.
   * @throws GatehouseError `setting_invalid`, naming the first entry and member that are wrong.
   */
  read(env: Env): readonly z.infer<Schema>[] {
    return this.parsed(env) ?? [];
  }

  /**
   * The secret that a member of an entry names.
   * @throws GatehouseError `setting_invalid` where its variable is not set.
   */
  secret(env: Env, id: string, member: string, variable: string): string {
    const secret = env[variable];
    if (typeof secret === 'string' && secret !== '') return secret;
    // The name is not repeated: where somebody put the secret itself there, it would be told.
    throw this.wrong(
      `the variable that "${member}" of "${id}" names is not set; set it with \`wrangler secret put\``,
    );
  }

  /** @throws GatehouseError `setting_invalid` for an address without TLS, except on loopback in development. */
  requireTls(env: Env, id: string, member: string, address: string): void {
    const { protocol, hostname } = new URL(address);
    const allowsHttp = isDevelopment(settingsOf(env)) && isLoopback(hostname);
    if (protocol === 'https:' || (protocol === 'http:' && allowsHttp)) return;
    throw this.wrong(`the ${member} of "${id}" must use https`);
  }

  /** @throws GatehouseError `setting_invalid` where two entries have the same id. */
  requireUniqueIds(entries: readonly { readonly id: string }[]): void {
    const twice = entries.find(({ id }, index) => entries.findIndex(other => other.id === id) !== index);
    if (twice) throw this.wrong(`the id "${twice.id}" is used twice`);
  }
}
