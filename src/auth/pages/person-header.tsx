import { displayText } from './display-text.ts';
import { Icon } from './icon.tsx';

interface PersonHeaderProps {
  readonly title: string;
  /** What the person who is signed in is called. */
  readonly person: string;
  /** Where else they may want to go. */
  readonly link: { readonly href: string; readonly text: string };
  /** What was just done; null for nothing. */
  readonly notice: string | null;
}

/** The top of a page for somebody who is signed in. */
export function PersonHeader({ title, person, link, notice }: PersonHeaderProps) {
  return (
    <>
      <header>
        <h1>{title}</h1>
        <p class="quiet">
          Signed in as <bdi>{displayText(person)}</bdi>. <a href={link.href}>{link.text}</a>
        </p>
      </header>
      {notice !== null && (
        <p class="done" role="status">
          <Icon name="check" />
          <span>{notice}</span>
        </p>
      )}
    </>
  );
}
