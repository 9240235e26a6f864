import type { ConsentDescription } from '@cloudflare/workers-oauth-provider';
import { AccessAsked, AccessChoice, type ServerAsked } from './access-choice.tsx';
import { ClientFacts } from './client-facts.tsx';
import { displayText } from './display-text.ts';
import { Icon } from './icon.tsx';
import { scopeWords } from './scope-words.ts';

/** What a client asks for. */
export interface Asked {
  /** Everything in it may be the client's own invention. */
  readonly description: ConsentDescription;
  /** The servers that the client would reach. */
  readonly servers: readonly ServerAsked[];
  /** The scopes that are about no server. */
  readonly others: readonly string[];
}

/** What the person is asked, and by whom. */
export interface ConsentProps extends Asked {
  /** Who is signed in. */
  readonly subject: string;
  /** Names the request at hand; posted back with the decision. */
  readonly handle: string;
}

/** Asks a person who has signed in whether a client may act for them, and how far. */
export function ConsentPage({ description, servers, others, subject, handle }: ConsentProps) {
  return (
    <>
      <ClientFacts description={description} subject={subject} />
      <form method="post" action="/authorize">
        <input type="hidden" name="handle" value={handle} />
        {servers.length > 0 && (
          <section>
            <h2>What it may do with</h2>
            {servers.map(server => (
              <AccessChoice server={server} />
            ))}
          </section>
        )}
        <Others scopes={others} />
        <div class="actions">
          <button type="submit" name="decision" value="deny" class="button">
            Deny
          </button>
          <button type="submit" name="decision" value="approve" class="button primary">
            Allow
          </button>
        </div>
      </form>
    </>
  );
}

/** The same for somebody who has not signed in yet: what will be asked, without the means to answer. */
export function ConsentPreview({ description, servers, others }: Asked) {
  return (
    <>
      <ClientFacts description={description} />
      {servers.length > 0 && (
        <section>
          <h2>What it asks for</h2>
          <ul class="plain">
            {servers.map(server => (
              <AccessAsked server={server} />
            ))}
          </ul>
        </section>
      )}
      <Others scopes={others} />
    </>
  );
}

function Others({ scopes }: { scopes: readonly string[] }) {
  if (scopes.length === 0) return null;
  return (
    <section>
      <h2>And it may</h2>
      <ul class="plain">
        {scopes.map(scope => (
          <li>
            <Icon name="check" />
            <div>
              {displayText(scopeWords(scope))} <code>{displayText(scope)}</code>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
