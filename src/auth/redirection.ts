/** Sends a browser on, with the cookies among `headers`. Where it goes is for this once: nothing keeps the answer. */
export function redirection(status: 302 | 303, location: string, headers = new Headers()): Response {
  headers.set('location', location);
  headers.set('cache-control', 'no-store');
  return new Response(null, { status, headers });
}
