import { isJson, type Json, listIn, member, objectIn, strings, textIn } from './json.ts';
import type { References } from './references.ts';

/** An entry of CONNECTIONS as an operator could write it. */
export type ConnectionDraft = Readonly<Record<string, unknown>>;

/** What a connection to an API is drafted from. */
export interface Drafted {
  readonly root: Json;
  readonly references: References;
  readonly id: string;
  readonly name: string;
  /** The API's exact origin. */
  readonly origin: string;
}

/** Where each kind of security scheme has its credential; null where no connection could put it there. */
const KINDS: Readonly<Record<string, (scheme: Json) => ConnectionDraft | null>> = {
  apiKey: ({ in: place, name }) =>
    place === 'header' || place === 'query' ? { placement: { in: place, name } } : null,
  http: ({ scheme }) => {
    const wanted = String(scheme).toLowerCase();
    return wanted === 'bearer' || wanted === 'basic' ? { placement: { in: wanted } } : null;
  },
  oauth2: scheme => oauthDraft(objectIn(objectIn(scheme, 'flows'), 'authorizationCode')),
  openIdConnect: scheme => {
    const issuer = textIn(scheme, 'openIdConnectUrl').replace(/\/\.well-known\/openid-configuration$/, '');
    return { placement: { in: 'bearer' }, oauth: { issuer, clientId: 'YOUR_CLIENT_ID', scopes: ['openid'] } };
  },
};

/**
 * An entry for CONNECTIONS that would serve an API as its description asks for credentials: its first security requirement that can be
 * met, else its first scheme. One that says nothing of security mostly wants a token all the same.
 */
export function connectionDraft({ root, references, id, name, origin }: Drafted): ConnectionDraft {
  const all = objectIn(objectIn(root, 'components'), 'securitySchemes');
  const required = listIn(root, 'security').flatMap(each => Object.keys(isJson(each) ? each : {}));
  const drafts = [...required, ...Object.keys(all)].map(scheme =>
    draftOf(references.object(member(all, scheme))),
  );
  const found = drafts.find(draft => draft !== null) ?? { placement: { in: 'bearer' } };
  return { id, name, origins: [origin], ...found };
}

function draftOf(scheme: Json): ConnectionDraft | null {
  const kind = textIn(scheme, 'type');
  return Object.hasOwn(KINDS, kind) ? (KINDS[kind]?.(scheme) ?? null) : null;
}

/** Flows without a person leave their token to be entered. */
function oauthDraft(flow: Json): ConnectionDraft {
  const [authorizationUrl, tokenUrl] = [textIn(flow, 'authorizationUrl'), textIn(flow, 'tokenUrl')];
  if (authorizationUrl === '' || tokenUrl === '') return { placement: { in: 'bearer' } };
  const scopes = strings(Object.keys(objectIn(flow, 'scopes'))).slice(0, 20);
  return {
    placement: { in: 'bearer' },
    oauth: { authorizationUrl, tokenUrl, clientId: 'YOUR_CLIENT_ID', scopes },
  };
}
