import type { ConsentDescription } from '@cloudflare/workers-oauth-provider';
import { ClientClaim, LocalWarning } from './client-claim.tsx';
import { destinationOf, destinationShown } from './destination.ts';
import { ADDRESS_LENGTH, displayText } from './display-text.ts';

/** Short, and quoted: a longer name could pass for a sentence of ours. */
const CLIENT_NAME_LENGTH = 50;

/** Facts of a client, each of which may be its own invention. */
interface ClientFactsProps {
  readonly description: ConsentDescription;
  /** Who is signed in; undefined while nobody is. */
  readonly subject?: string;
}

/**
 * Who asks and whether that is proven, and where access goes: what the MCP authorization specification and its
 * security best practices want to be seen before anybody is sent to an identity provider, and before anything is granted.
 */
export function ClientFacts({ description, subject }: ClientFactsProps) {
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
        {subject !== undefined && (
          <div>
            <dt>Signed in as</dt>
            <dd>
              <bdi>{displayText(subject)}</bdi>
            </dd>
          </div>
        )}
      </dl>
      <LocalWarning destination={destination} />
    </>
  );
}
