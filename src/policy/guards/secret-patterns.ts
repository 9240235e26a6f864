/** A form that secrets of one kind have. */
export interface SecretPattern {
  /** As it is put on record and into masks. */
  readonly name: string;
  /** What they begin with, exactly. It makes the search quick. */
  readonly starts: readonly string[];
  /**
   * What follows, from there on: sticky, and of bounded length with one way to match, so that a text costs no more than its length times
   * that bound.
   */
  readonly rest: RegExp;
  /** What must not come right before: letters and digits, where nothing else is said. */
  readonly notAfter?: RegExp;
}

const NOTHING = /(?!)/;

/**
 * Forms of secrets as those who issue them document them. All have a beginning that nothing else has: what is only long and random
 * (hashes, ids, keys without a prefix) is not told apart, and not taken for one.
 */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  { name: 'aws-access-key', starts: ['AKIA', 'ASIA', 'ABIA', 'ACCA'], rest: /[A-Z2-7]{16}(?![A-Za-z0-9])/y },
  {
    name: 'github-token',
    starts: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    rest: /[A-Za-z0-9]{36,255}/y,
  },
  { name: 'github-token', starts: ['github_pat_'], rest: /[A-Za-z0-9_]{40,255}/y },
  {
    name: 'gitlab-token',
    starts: ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'glsoat-'],
    rest: /[A-Za-z0-9_.-]{20,300}/y,
  },
  {
    name: 'slack-token',
    starts: ['xoxb-', 'xoxa-', 'xoxp-', 'xoxr-', 'xoxs-', 'xoxe-', 'xoxe.', 'xapp-'],
    rest: /[A-Za-z0-9.-]{10,300}/y,
  },
  {
    name: 'slack-webhook',
    starts: ['hooks.slack.com/services/'],
    rest: /[A-Za-z0-9/]{20,100}/y,
    notAfter: NOTHING,
  },
  {
    name: 'stripe-key',
    starts: ['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_', 'whsec_'],
    rest: /[A-Za-z0-9]{16,255}/y,
  },
  { name: 'anthropic-key', starts: ['sk-ant-'], rest: /[A-Za-z0-9_-]{20,255}/y },
  { name: 'openai-key', starts: ['sk-proj-', 'sk-svcacct-', 'sk-admin-'], rest: /[A-Za-z0-9_-]{20,255}/y },
  { name: 'openai-key', starts: ['sk-'], rest: /[A-Za-z0-9]{40,64}(?![A-Za-z0-9])/y },
  { name: 'google-api-key', starts: ['AIza'], rest: /[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/y },
  { name: 'google-oauth', starts: ['ya29.'], rest: /[A-Za-z0-9_-]{20,1000}/y },
  { name: 'google-oauth', starts: ['GOCSPX-'], rest: /[A-Za-z0-9_-]{20,40}/y },
  { name: 'npm-token', starts: ['npm_'], rest: /[A-Za-z0-9]{36}(?![A-Za-z0-9])/y },
  { name: 'pypi-token', starts: ['pypi-AgE'], rest: /[A-Za-z0-9_-]{50,300}/y },
  { name: 'huggingface-token', starts: ['hf_'], rest: /[A-Za-z0-9]{30,60}(?![A-Za-z0-9])/y },
  { name: 'sendgrid-key', starts: ['SG.'], rest: /[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/y },
  { name: 'digitalocean-token', starts: ['dop_v1_', 'doo_v1_', 'dor_v1_'], rest: /[a-f0-9]{64}/y },
  { name: 'shopify-token', starts: ['shpat_', 'shpca_', 'shppa_', 'shpss_'], rest: /[A-Fa-f0-9]{32}/y },
  { name: 'databricks-token', starts: ['dapi'], rest: /[a-f0-9]{32}(?![A-Za-z0-9])/y },
  { name: 'docker-token', starts: ['dckr_pat_'], rest: /[A-Za-z0-9_-]{20,60}/y },
  { name: 'vault-token', starts: ['hvs.', 'hvb.'], rest: /[A-Za-z0-9_-]{24,300}/y },
  { name: 'grafana-token', starts: ['glsa_', 'glc_'], rest: /[A-Za-z0-9_+/=]{32,400}/y },
  { name: 'atlassian-token', starts: ['ATATT3'], rest: /[A-Za-z0-9_=-]{50,300}/y },
  { name: 'linear-key', starts: ['lin_api_', 'lin_oauth_'], rest: /[A-Za-z0-9]{40,64}/y },
  { name: 'postman-key', starts: ['PMAK-'], rest: /[A-Za-z0-9-]{59}/y },
  { name: 'age-key', starts: ['AGE-SECRET-KEY-1'], rest: /[A-Z0-9]{58}/y },
  { name: 'azure-key', starts: ['AccountKey='], rest: /[A-Za-z0-9+/]{86}==/y },
  {
    name: 'jwt',
    starts: ['eyJ'],
    rest: /[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,2000}/y,
    notAfter: /[A-Za-z0-9_-]/,
  },
  { name: 'bearer', starts: ['Bearer ', 'bearer '], rest: /[A-Za-z0-9._~+/-]{20,4000}={0,2}/y },
  {
    name: 'url-password',
    starts: ['://'],
    rest: /[^\s:@/?#"'<>]{1,100}:[^\s:@/?#"'<>]{3,200}@/y,
    notAfter: NOTHING,
  },
  {
    name: 'private-key',
    starts: ['-----BEGIN '],
    // Two hyphens end it, so that beginnings in a row are not gone through again and again.
    rest: /[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s\\:,.()]|-(?!-)){0,20000}(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/y,
    notAfter: NOTHING,
  },
];
