/** The lines of each icon on a grid of 24 by 24. */
const LINES = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  chevron: 'M9 5l7 7-7 7',
  info: 'M12 11v6M12 7.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  server: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8v.01M7.5 16v.01',
  verified: 'M8.5 12.5l2.5 2.5 4.5-5M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  warning: 'M12 10v4M12 17v.01M12 4L2.5 20h19z',
} as const;

/** A small drawing beside words that say the same: readers of the words alone miss nothing. */
export function Icon({ name }: { name: keyof typeof LINES }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor">
      <path d={LINES[name]} stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
