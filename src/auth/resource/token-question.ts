import type { ValidatedAccessToken } from '@cloudflare/workers-oauth-provider';
import type { Deployment } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import type { GrantProps } from '../../grants/installation.ts';

/** What a bearer token is asked to be good for. */
export interface TokenQuestion {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly resource: string;
  readonly token: string;
}

/** What a valid token says; null for one that is not. */
export type TokenAnswer = ValidatedAccessToken<GrantProps> | null;
