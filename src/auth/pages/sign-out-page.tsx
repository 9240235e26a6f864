import { displayText } from './display-text.ts';

/** What the sign-out page shows and posts back. */
export interface SignOutProps {
  /** The token that binds the form to this browser. */
  readonly csrf: string;
  /** Who is signed in. */
  readonly name: string;
}

/** Asks whether to sign out, since a link alone must not do it. */
export function SignOutPage({ csrf, name }: SignOutProps) {
  return (
    <>
      <header>
        <h1>Sign out</h1>
        <p class="quiet">
          You are signed in as <bdi>{displayText(name)}</bdi>. Apps that you connected stay connected.
        </p>
      </header>
      <form method="post" action="/sign-out">
        <input type="hidden" name="csrf" value={csrf} />
        <button type="submit" class="button primary">
          Sign out
        </button>
      </form>
    </>
  );
}
