const ELLIPSIS = '…';

/** The longest host name: cutting one would hide whose it is, which its end tells. */
export const ADDRESS_LENGTH = 253;

/** Names are cut here: three lines of a heading on a phone. */
const NAME_LENGTH = 80;

/** Tabs, line breaks and the braille blank look like a space, so they become one. */
const BLANKS = /[\s\p{Z}\u2800]+/gu;

/**
 * What a reader cannot see: control and format characters (those that turn the writing direction among
 * them), unassigned and private ones, and letters that draw nothing.
 */
const INVISIBLES = /[\p{C}\p{Default_Ignorable_Code_Point}]+/gu;

/** Marks beyond what any language stacks on a letter; more of them would paint over the lines around. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * Makes text that a stranger wrote fit to be shown: what you see is all there is, on one line, and short.
 * It is not escaping, which JSX does; put the result in `<bdi>`, so that right-to-left text cannot reorder
 * the words around it.
 * @param maxLength in characters (code points), the ellipsis included.
 * @returns the empty string where nothing visible is left.
 */
export function displayText(text: string, maxLength = NAME_LENGTH): string {
  const visible = text
    .replace(BLANKS, ' ')
    .replace(INVISIBLES, '')
    .normalize('NFC')
    .replace(PILED_MARKS, '$1')
    .replace(BLANKS, ' ')
    .trim();
  return shortened(visible, maxLength);
}

function shortened(text: string, maxLength: number): string {
  const characters = Array.from(text);
  if (characters.length <= maxLength) return text;
  return (
    characters
      .slice(0, maxLength - 1)
      .join('')
      .trimEnd() + ELLIPSIS
  );
}
