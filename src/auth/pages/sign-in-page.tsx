import type { PropsWithChildren } from 'hono/jsx';
import { type Asked, ConsentPreview } from './consent-page.tsx';
import { displayText } from './display-text.ts';
import { Icon } from './icon.tsx';

/** Someone a development gateway lets in without a password. */
export interface Identity {
  /** What the form posts as `user`. */
  readonly user: string;
  readonly name: string;
  readonly role: string;
}

/** An identity provider that the person may sign in with. */
export interface ProviderChoice {
  /** What the form posts as `provider`. */
  readonly id: string;
  readonly name: string;
}

/** What the sign-in shows and posts back. */
export interface SignInProps {
  /** Those of development; empty in production. */
  readonly identities: readonly Identity[];
  readonly providers?: readonly ProviderChoice[];
  /** The token that binds the form to this browser. */
  readonly csrf: string;
  /** The path to go on to, posted as `return_to`. Whoever reads the form checks it. */
  readonly returnTo: string;
  /** What the app asks for that sent the person here; undefined where one signs in for a page of ours. */
  readonly asked?: Asked;
}

/**
 * The page that every sign-in begins with: one button per provider, and in development one per test identity. What the app
 * asks for comes first, so that nobody is sent to a provider without having seen for whom and for what (MCP, security best
 * practices, "Confused Deputy").
 */
export function SignInPage({ identities, providers = [], csrf, returnTo, asked }: SignInProps) {
  return (
    <>
      {asked ? (
        <>
          <ConsentPreview {...asked} />
          <h2>Sign in to go on</h2>
        </>
      ) : (
        <header>
          <h1>Sign in</h1>
          <p class="quiet">Choose who you are.</p>
        </header>
      )}
      <form method="post" action="/sign-in">
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="return_to" value={returnTo} />
        <ul>
          {providers.map(provider => (
            <li>
              <ProviderButton {...provider} />
            </li>
          ))}
          {identities.map(identity => (
            <li>
              <IdentityButton {...identity} />
            </li>
          ))}
        </ul>
      </form>
      <Note isDevelopment={identities.length > 0} isForApp={asked !== undefined} />
    </>
  );
}

function Note({ isDevelopment, isForApp }: { isDevelopment: boolean; isForApp: boolean }) {
  if (!isDevelopment && !isForApp) return null;
  if (!isDevelopment) {
    return <p class="small quiet">You will be asked for your consent before the app gets access.</p>;
  }
  return (
    <p class="note">
      <Icon name="info" />
      <span>This page exists only in development. Test identities have no password.</span>
    </p>
  );
}

function ProviderButton({ id, name }: ProviderChoice) {
  const shown = displayText(name) || displayText(id);
  return (
    <ChoiceButton name="provider" value={id} shown={shown}>
      <span>
        Continue with <bdi>{shown}</bdi>
      </span>
    </ChoiceButton>
  );
}

function IdentityButton({ user, name, role }: Identity) {
  const shown = displayText(name) || displayText(user);
  return (
    <ChoiceButton name="user" value={user} shown={shown}>
      <bdi>{shown}</bdi>{' '}
      <span class="small quiet">
        <bdi>{displayText(role)}</bdi>
      </span>
    </ChoiceButton>
  );
}

function ChoiceButton(props: PropsWithChildren<{ name: string; value: string; shown: string }>) {
  return (
    <button type="submit" name={props.name} value={props.value} class="person">
      <span class="initial" aria-hidden="true">
        {Array.from(props.shown)[0]?.toUpperCase()}
      </span>
      <span class="who">{props.children}</span>
      <Icon name="chevron" />
    </button>
  );
}
