import { expect, test } from 'vitest';
import { seededRandom } from '../../crypto/random.fake.ts';
import { SECRET_PATTERNS } from './secret-patterns.ts';
import { findSecrets } from './secrets.ts';

const patternsIn = (text: string) => findSecrets(text).map(({ pattern }) => pattern);
const covered = (text: string) => findSecrets(text).map(({ start, end }) => text.slice(start, end));
/** Random-looking letters and digits, put together here so that no scanner takes this file for a leak. */
const some = (length: number, alphabet = 'aB3dE5gH7') =>
  Array.from({ length }, (_, at) => alphabet[(at * 7) % alphabet.length]).join('');

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['aws-access-key', `AKIA${some(16, 'ABC234')}`],
  ['github-token', `ghp_${some(36)}`],
  ['github-token', `github_pat_${some(82)}`],
  ['gitlab-token', `glpat-${some(20)}`],
  ['slack-token', `xoxb-${some(12, '12')}-${some(24)}`],
  ['slack-webhook', `hooks.slack.com/services/T${some(8)}/B${some(8)}/${some(24)}`],
  ['stripe-key', `sk_live_${some(24)}`],
  ['anthropic-key', `sk-ant-api03-${some(93)}`],
  ['openai-key', `sk-proj-${some(60)}`],
  ['openai-key', `sk-${some(48)}`],
  ['google-api-key', `AIza${some(35)}`],
  ['google-oauth', `ya29.${some(60)}`],
  ['google-oauth', `GOCSPX-${some(28)}`],
  ['npm-token', `npm_${some(36)}`],
  ['pypi-token', `pypi-AgE${some(80)}`],
  ['huggingface-token', `hf_${some(34)}`],
  ['sendgrid-key', `SG.${some(22)}.${some(43)}`],
  ['digitalocean-token', `dop_v1_${some(64, 'a1b2')}`],
  ['shopify-token', `shpat_${some(32, 'a1b2')}`],
  ['databricks-token', `dapi${some(32, 'a1b2')}`],
  ['docker-token', `dckr_pat_${some(27)}`],
  ['vault-token', `hvs.${some(30)}`],
  ['grafana-token', `glsa_${some(40)}`],
  ['atlassian-token', `ATATT3${some(60)}`],
  ['linear-key', `lin_api_${some(40)}`],
  ['postman-key', `PMAK-${some(24)}-${some(34)}`],
  ['age-key', `AGE-SECRET-KEY-1${some(58, 'AB1')}`],
  ['azure-key', `AccountKey=${some(86)}==`],
  ['jwt', `eyJ${some(30)}.eyJ${some(60)}.${some(43)}`],
  ['bearer', `Bearer ${some(40)}`],
  ['url-password', `://ada:${some(12)}@`],
  ['private-key', `-----BEGIN RSA PRIVATE KEY-----\n${some(64)}\n${some(64)}\n-----END RSA PRIVATE KEY-----`],
];

test('there is an example of each pattern', () => {
  expect(new Set(EXAMPLES.map(([name]) => name))).toEqual(new Set(SECRET_PATTERNS.map(({ name }) => name)));
});

test.each(EXAMPLES)('a secret of the form %s is found whole, wherever it is', (pattern, secret) => {
  for (const text of [secret, `key="${secret}"`, `a\n${secret}\nb`, `${secret} ${secret}`]) {
    expect(new Set(patternsIn(text))).toEqual(new Set([pattern]));
    expect(covered(text)).toContain(secret);
  }
});

test('a private key is found where its end is cut off, and where its lines are escaped', () => {
  expect(covered(`x -----BEGIN PRIVATE KEY-----\\n${some(64)}`)).toEqual([
    `-----BEGIN PRIVATE KEY-----\\n${some(64)}`,
  ]);
});

test.each([
  'The task sk-12 is done, see risk-assessment and disk-usage.',
  'https://github.com/acme/site/blob/main/src/index.ts#L10',
  'https://example.com:8080/path?user=a:b@c',
  'Bearer token, please',
  '3f2504e0-4f89-11d3-9a0c-0305e82c3301 da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'glpat- xoxb- npm_install eyJhbGciOi AIza',
  `xghp_${some(36)}`,
])('what only looks alike is let be: %s', text => expect(patternsIn(text)).toEqual([]));

test.each([
  ['ghp_'],
  ['-----BEGIN PRIVATE KEY-----'],
  ['-eyJ'],
  ['.eyJaaaaaaaaaaaa'],
  ['glpat-a '],
  ['://a'],
  ['Bearer '],
  ['sk-ant-'],
  ['AccountKey='],
  [`SG.${some(22)}`],
])('a megabyte of %j takes no time that counts', text => {
  const long = text.repeat(Math.ceil(1_000_000 / text.length));
  const startedAt = performance.now();
  findSecrets(long);
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

test('random text costs nothing and finds nothing', () => {
  const random = seededRandom();
  for (let round = 0; round < 300; round++) expect(patternsIn(random.text(200))).toEqual([]);
});
