import { displayText } from './display-text.ts';
import { Icon } from './icon.tsx';

/** Someone a development gateway lets in without a password. */
export interface Identity {
  /** What the form posts as `user`. */
  readonly user: string;
  readonly name: string;
  readonly role: string;
}

/** What the development sign-in shows and posts back. */
export interface SignInProps {
  readonly identities: readonly Identity[];
  /** The token that binds the form to this browser. */
  readonly csrf: string;
  /** The path to go on to, posted as `return_to`. Whoever reads the form checks it. */
  readonly returnTo: string;
  /** The app that sent the person here, in its own words. */
  readonly clientName?: string;
}

/** The sign-in of development: one button per identity, no password. */
export function SignInPage({ identities, csrf, returnTo, clientName }: SignInProps) {
  const client = displayText(clientName ?? '');
  return (
    <>
      <header>
        <h1>Sign in</h1>
        <p class="quiet">
          {client ? (
            <>
              to continue to <bdi>{client}</bdi>
            </>
          ) : (
            'Choose who you are.'
          )}
        </p>
      </header>
      <form method="post" action="/sign-in">
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="return_to" value={returnTo} />
        <ul>
          {identities.map(identity => (
            <li>
              <IdentityButton {...identity} />
            </li>
          ))}
        </ul>
      </form>
      <p class="note">
        <Icon name="info" />
        <span>This page exists only in development. Test identities have no password.</span>
      </p>
    </>
  );
}

function IdentityButton({ user, name, role }: Identity) {
  const shown = displayText(name) || displayText(user);
  return (
    <button type="submit" name="user" value={user} class="person">
      <span class="initial" aria-hidden="true">
        {Array.from(shown)[0]?.toUpperCase()}
      </span>
      <span class="who">
        <bdi>{shown}</bdi>{' '}
        <span class="small quiet">
          <bdi>{displayText(role)}</bdi>
        </span>
      </span>
      <Icon name="chevron" />
    </button>
  );
}
