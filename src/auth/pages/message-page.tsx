import { displayText } from './display-text.ts';

/** The longest message shown, in characters. Some quote what a client sent. */
const MESSAGE_LENGTH = 600;

/** An error or a notice, and where to go from there. */
export interface MessageProps {
  readonly heading: string;
  readonly message: string;
  /** `href` is followed as it is: never one that a client chose. */
  readonly action?: { readonly href: string; readonly label: string };
}

/** A page that only says something. */
export function MessagePage({ heading, message, action }: MessageProps) {
  return (
    <>
      <header>
        <h1>
          <bdi>{displayText(heading)}</bdi>
        </h1>
        <p class="quiet" dir="auto">
          {displayText(message, MESSAGE_LENGTH)}
        </p>
      </header>
      {action && (
        <a class="button primary" href={action.href}>
          {displayText(action.label)}
        </a>
      )}
    </>
  );
}
