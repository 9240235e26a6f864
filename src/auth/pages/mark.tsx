/** The gate, drawn in the colour of the text. */
const GATE = 'M4 21V10a8 8 0 0 1 16 0v11M9 21v-9a3 3 0 0 1 6 0v9M2 21h20';

/** The gate as the page's icon, inside the page: no request, and the policy of images holds. */
export const MARK_ICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#3f5bd9" stroke-width="2" stroke-linecap="round"><path d="${GATE}"/></svg>`,
)}`;

/** The product's name over every card. */
export function Mark() {
  return (
    <header class="mark">
      <svg aria-hidden="true" viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor">
        <path d={GATE} stroke-width="2" stroke-linecap="round" />
      </svg>
      Gatehouse
    </header>
  );
}
