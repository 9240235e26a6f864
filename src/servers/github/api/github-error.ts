/** Why GitHub did not do what it was asked, sorted by who has to act. */
export type GitHubErrorKind =
  /** The user: connect the account. */
  | 'not_connected'
  /** The caller: ask for something else. */
  | 'not_found'
  /** The user, or who owns the repository: give access. */
  | 'no_access'
  /** Nobody: wait. */
  | 'rate_limited'
  /** The caller: mend the arguments. */
  | 'invalid'
  /** Whoever runs the gateway: it sent nothing. */
  | 'not_sent'
  /** GitHub, or whoever runs the gateway. */
  | 'upstream';

const HEADLINES: Readonly<Record<GitHubErrorKind, string>> = {
  not_connected: 'Not connected',
  not_found: 'Not found',
  no_access: 'No access',
  rate_limited: 'Rate limited',
  invalid: 'Not valid',
  not_sent: 'Not sent',
  upstream: 'GitHub trouble',
};

const UNKNOWN_OUTCOME = 'Whether it took effect is unknown: look before you try again.';

/** A request that GitHub refused or failed. The message is for the caller: what is wrong, and what would be right. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';
  readonly kind: GitHubErrorKind;

  constructor(kind: GitHubErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }

  /** The same, of a request that should have made something: after a failure nobody knows whether it did. */
  ofWrite(): GitHubError {
    return this.kind === 'upstream' ? new GitHubError(this.kind, `${this.message} ${UNKNOWN_OUTCOME}`) : this;
  }

  /** For the caller: the kind in words, then the message. */
  toText(): string {
    return `${HEADLINES[this.kind]}: ${this.message}`;
  }
}
