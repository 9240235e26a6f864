import type { Placement } from './connection.ts';

/** What a preset fills in where an entry of `CONNECTIONS` is silent. */
export interface ConnectionPreset {
  readonly origins: readonly string[];
  readonly placement: Placement;
  /** Used only where the entry has `oauth`: without it, the credential is one that people enter. */
  readonly oauth?: PresetOAuth;
}

/** Where a third party's authorization server is, and what it wants to be asked with. */
interface PresetOAuth {
  readonly issuer: string;
  /** Given where the third party publishes no metadata that could be discovered. */
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const BEARER = { in: 'bearer' } as const satisfies Placement;

/** Third parties that many gateways connect, by the name that `preset` takes. From the documentation of each. */
export const CONNECTION_PRESETS = {
  github: {
    origins: ['https://api.github.com'],
    placement: BEARER,
    oauth: {
      issuer: 'https://github.com/login/oauth',
      authorizationUrl: 'https://github.com/login/oauth/authorize',
      tokenUrl: 'https://github.com/login/oauth/access_token',
    },
  },
  google: {
    origins: ['https://www.googleapis.com'],
    placement: BEARER,
    oauth: {
      issuer: 'https://accounts.google.com',
      // Google gives a refresh token only when asked so, and another one only after consent.
      parameters: { access_type: 'offline', prompt: 'consent' },
    },
  },
  gitlab: {
    origins: ['https://gitlab.com'],
    placement: BEARER,
    oauth: { issuer: 'https://gitlab.com' },
  },
  slack: { origins: ['https://slack.com'], placement: BEARER },
} as const satisfies Readonly<Record<string, ConnectionPreset>>;

/** One of {@link CONNECTION_PRESETS}. */
export type PresetName = keyof typeof CONNECTION_PRESETS;

/** The names of all presets. */
export const PRESET_NAMES = Object.keys(CONNECTION_PRESETS) as [PresetName, ...PresetName[]];

/** The preset of a name; one that fills in nothing where there is no name. */
export function presetOf(name: PresetName | undefined): Partial<ConnectionPreset> {
  return name === undefined ? {} : CONNECTION_PRESETS[name];
}
