import type { Definitions } from '../catalog/definitions.ts';
import { vetted } from '../catalog/pins/vetted.ts';
import type { OfferedDefinitions } from './upstream.ts';

/** What may be shown to agents of what a server offers whose code is its pin: of the monorepo, uploaded, or made of a description. */
export function vettedDefinitions(offered: Definitions): OfferedDefinitions {
  const { definitions, hidden } = vetted(offered);
  return { ...definitions, hidden };
}
