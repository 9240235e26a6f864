/** `required; url=https://github.com/orgs/acme/sso?...`. The query is good for one sign-in, and is not handed on. */
const REQUIRED = /^required;\s*url=(https:\/\/[a-z0-9.-]+\/(?:orgs|enterprises)\/[A-Za-z0-9-]+\/sso)\b/;

/**
 * What to do where an organisation wants the connection authorized for its SAML single sign-on, by the header `x-github-sso`
 * (docs: "Authenticating to the REST API"); nothing where it does not.
 */
export function singleSignOnAdvice(headers: Headers): string[] {
  const header = headers.get('x-github-sso');
  if (header === null) return [];
  const where = REQUIRED.exec(header)?.[1];
  const signIn = where === undefined ? 'sign in there' : `sign in at ${where}`;
  return [`The organisation has single sign-on: the user has to ${signIn} and then connect GitHub again.`];
}
