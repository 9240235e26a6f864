import { UriTemplate } from '@modelcontextprotocol/server';
import type { Definitions } from '../catalog/definitions.ts';

/** Whether a URI is one of a server's: made by one of its templates, or the template itself. */
export function ownsUri({ resourceTemplates }: Definitions, uri: string): boolean {
  return resourceTemplates.some(
    ({ uriTemplate }) =>
      uriTemplate === uri || (typeof uriTemplate === 'string' && matches(uriTemplate, uri)),
  );
}

function matches(template: string, uri: string): boolean {
  try {
    return new UriTemplate(template).match(uri) !== null;
  } catch {
    return false;
  }
}
