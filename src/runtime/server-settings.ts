import * as z from 'zod';
import { JsonSetting } from '../env/json-setting.ts';
import { type Env, isDevelopment, isLoopback, settingsOf } from '../env.ts';
import { HOSTED_SERVERS } from './hosted-servers.ts';
import { isSettingValue, type Manifest } from './manifest.ts';

const shape = z.record(z.string(), z.record(z.string(), z.string()));

/** JSON such as `{"github": {"GITHUB_API_URL": "https://github.example.com/api/v3"}}`. */
const SETTING = new JsonSetting('SERVER_SETTINGS', shape, 'it');

/** What can be set: a server's name, and its settings with their defaults. */
export interface Settable extends Pick<Manifest, 'settings'> {
  readonly name: string;
}

/** What an operator has set for the servers, by server and setting. */
export type ServerSettings = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Reads the setting `SERVER_SETTINGS`; nothing is set where it is empty.
 * @throws GatehouseError `setting_invalid`, naming the server and setting that are wrong. Values are not repeated.
 */
export function serverSettings(env: Env, servers: readonly Settable[] = HOSTED_SERVERS): ServerSettings {
  const settings = SETTING.parsed(env) ?? {};
  for (const [name, values] of Object.entries(settings)) checkServer(env, servers, name, values);
  return settings;
}

/**
 * A server as the operator set it: its settings, with the manifest's values for those that are not set.
 * @throws GatehouseError `setting_invalid`, as {@link serverSettings}.
 */
export function withOperatorSettings<Server extends Settable>(
  env: Env,
  server: Server,
  servers: readonly Settable[] = HOSTED_SERVERS,
): Server {
  // Without any, nothing is looked up: most servers have none.
  if (Object.keys(server.settings).length === 0) return server;
  return { ...server, settings: { ...server.settings, ...serverSettings(env, servers)[server.name] } };
}

function checkServer(
  env: Env,
  servers: readonly Settable[],
  name: string,
  values: Readonly<Record<string, string>>,
): void {
  const server = servers.find(other => other.name === name);
  if (!server)
    throw SETTING.wrong(`there is no server "${name}"; the servers are ${listed(servers.map(s => s.name))}`);
  const allowsHttp = (hostname: string) => isDevelopment(settingsOf(env)) && isLoopback(hostname);
  for (const [setting, value] of Object.entries(values)) {
    if (!Object.hasOwn(server.settings, setting)) {
      throw SETTING.wrong(
        `${name} has no setting "${setting}"; it has ${listed(Object.keys(server.settings))}`,
      );
    }
    if (!isSettingValue(setting, value, allowsHttp)) {
      throw SETTING.wrong(`${name}.${setting} must be an https address without user, query and fragment`);
    }
  }
}

function listed(names: readonly string[]): string {
  return names.map(name => `"${name}"`).join(', ') || 'none';
}
