import { ACCOUNT_PATH } from '../auth/sign-in/own-pages.tsx';

/** What a button on the page may end. */
export const KINDS = ['client', 'connection', 'session', 'credential'] as const;

/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

/** The button that ends something. `what` tells apart, to those who only hear it, buttons that look alike. */
export function EndForm(props: { kind: Kind; id: string; csrf: string; label: string; what: string }) {
  const { kind, id, csrf, label, what } = props;
  return (
    <form method="post" action={ACCOUNT_PATH}>
      <input type="hidden" name="csrf" value={csrf} />
      <input type="hidden" name="kind" value={kind} />
      <input type="hidden" name="id" value={id} />
      <button type="submit" class="button small" aria-label={`${label} ${what}`}>
        {label}
      </button>
    </form>
  );
}
