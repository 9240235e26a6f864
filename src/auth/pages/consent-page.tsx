import type { ConsentDescription } from '@cloudflare/workers-oauth-provider';
import { ClientClaim, LocalWarning } from './client-claim.tsx';
import { destinationOf, destinationShown } from './destination.ts';
import { ADDRESS_LENGTH, displayText } from './display-text.ts';
import { Icon } from './icon.tsx';

/** Two or three lines. */
const SENTENCE_LENGTH = 200;

/** Short, and quoted: a longer name could pass for a sentence of ours. */
const CLIENT_NAME_LENGTH = 50;

/** What the person is asked, and by whom. Everything in `description` may be the client's own invention. */
export interface ConsentProps {
  readonly description: ConsentDescription;
  /** The servers the client would reach. */
  readonly servers: readonly ServerShown[];
  /** The scopes that would be granted, by name and in words. */
  readonly scopes: readonly { readonly scope: string; readonly words: string }[];
  /** Who is signed in. */
  readonly subject: string;
  /** Names the request at hand; posted back with the decision. */
  readonly handle: string;
}

interface ServerShown {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/**
 * Asks whether a client may act for a person, and shows what the MCP authorization specification and its
 * security best practices ask for: who asks and whether that is proven, where access goes, and to what.
 */
export function ConsentPage({ description, servers, scopes, subject, handle }: ConsentProps) {
  const name = displayText(description.clientName, CLIENT_NAME_LENGTH) || 'Nameless app';
  const destination = destinationOf(description);
  return (
    <>
      <header>
        <h1>
          Allow “<bdi>{name}</bdi>” to act for you?
        </h1>
        <ClientClaim domain={description.clientDomain} destination={destination} />
      </header>
      <dl class="facts">
        <div>
          <dt>Access goes to</dt>
          <dd class="host">
            <bdi>{displayText(destinationShown(description), ADDRESS_LENGTH)}</bdi>
          </dd>
        </div>
        <div>
          <dt>Signed in as</dt>
          <dd>
            <bdi>{displayText(subject)}</bdi>
          </dd>
        </div>
      </dl>
      <LocalWarning destination={destination} />
      <Servers servers={servers} />
      <Scopes scopes={scopes} />
      <Decision handle={handle} />
    </>
  );
}

function Servers({ servers }: Pick<ConsentProps, 'servers'>) {
  if (servers.length === 0) return null;
  return (
    <section>
      <h2>Servers</h2>
      <ul class="plain">
        {servers.map(({ name, title, description }) => (
          <li>
            <Icon name="server" />
            <div>
              <bdi>{displayText(title) || displayText(name)}</bdi>
              <p class="small quiet" dir="auto">
                {displayText(description, SENTENCE_LENGTH)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Scopes({ scopes }: Pick<ConsentProps, 'scopes'>) {
  if (scopes.length === 0) return null;
  return (
    <section>
      <h2>What it may do</h2>
      <ul class="plain">
        {scopes.map(({ scope, words }) => (
          <li>
            <Icon name="check" />
            <div>
              <bdi>{displayText(words || scope, SENTENCE_LENGTH)}</bdi> <code>{displayText(scope)}</code>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Decision({ handle }: { handle: string }) {
  return (
    <form method="post" action="/authorize" class="actions">
      <input type="hidden" name="handle" value={handle} />
      <button type="submit" name="decision" value="deny" class="button">
        Deny
      </button>
      <button type="submit" name="decision" value="approve" class="button primary">
        Allow
      </button>
    </form>
  );
}
