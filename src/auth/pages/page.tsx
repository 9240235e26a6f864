import { raw } from 'hono/html';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { toBase64url } from '../../crypto/bytes.ts';
import { displayText } from './display-text.ts';
import { MARK_ICON, Mark } from './mark.tsx';
import { pageHeaders } from './page-headers.ts';
import { STYLE } from './style.ts';

const NONCE_BYTES = 16;

/** One page of the authorization server. */
export interface Page {
  /** Shown in the browser's tab before the product's name. */
  readonly title: string;
  /** The content of the card. It must hold the page's one `<h1>`. */
  readonly body: JSX.Element;
  /** Whether the content is a list that may use the room of a larger screen. */
  readonly isWide?: boolean;
  /** The HTTP status; 200 unless told. */
  readonly status?: number;
  /**
   * Where forms may lead besides this origin, as CSP sources: browsers hold the redirect that answers a form
   * to the same rule as the form.
   */
  readonly formAction?: readonly string[];
}

/**
 * Renders a whole HTML document, with its style inside and no script at all.
 * @param headers kept in the response, such as the cookies of a form.
 * @throws TypeError where a source in `formAction` is not one.
 */
export async function renderPage(page: Page, headers?: Headers): Promise<Response> {
  const nonce = toBase64url(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
  const html = await (<Document page={page} nonce={nonce} />).toString();
  return new Response(`<!doctype html>${html}`, {
    status: page.status ?? 200,
    headers: pageHeaders(nonce, page.formAction ?? [], headers),
  });
}

function Document({ page: { title, body, isWide }, nonce }: { page: Page; nonce: string }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${displayText(title)} · Gatehouse`}</title>
        <link rel="icon" href={MARK_ICON} />
        <style nonce={nonce}>{raw(STYLE)}</style>
      </head>
      <body>
        <Mark />
        <main class={isWide ? 'wide' : undefined}>{body}</main>
      </body>
    </html>
  );
}
