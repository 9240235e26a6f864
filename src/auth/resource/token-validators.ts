import { authorizationServer } from '../../grants/authorization-server.ts';
import { withGrantStores } from '../../grants/grant-store.ts';
import type { GrantProps } from '../../grants/installation.ts';
import { isJwtShaped } from '../../identity/signed-token.ts';
import { validateExternalToken } from './external-token.ts';
import type { TokenAnswer, TokenQuestion } from './token-question.ts';

type Validator = (question: TokenQuestion) => Promise<TokenAnswer>;

/** Who checks a token, by its shape. What one refuses no other is asked about: ours have colons, which no JWT has. */
const VALIDATORS: readonly { readonly has: (token: string) => boolean; readonly validate: Validator }[] = [
  { has: isJwtShaped, validate: validateExternalToken },
  { has: () => true, validate: validateOwnToken },
];

/**
 * Checks a bearer token for exactly one resource.
 * @throws OAuthError for what the caller should be told. Anything else that is thrown means no, too.
 */
export async function validateToken(question: TokenQuestion): Promise<TokenAnswer> {
  const validator = VALIDATORS.find(({ has }) => has(question.token));
  return validator ? validator.validate(question) : null;
}

function validateOwnToken({ env, deployment, resource, token }: TokenQuestion): Promise<TokenAnswer> {
  const { site, settings } = deployment;
  return authorizationServer(site, settings).validateToken<GrantProps>(resource, token, withGrantStores(env));
}
