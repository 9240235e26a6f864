import { exportJWK, exportPKCS8, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** Now, as Unix time in seconds. */
export function seconds(offset = 0): number {
  return Math.floor(Date.now() / 1000) + offset;
}

/** A key pair that a test made, with the public half as a JWK. */
export class Signer {
  readonly kid: string;
  readonly alg: string;
  readonly publicJwk: JWK;
  readonly #privateKey: CryptoKey;

  private constructor(kid: string, alg: string, publicJwk: JWK, privateKey: CryptoKey) {
    this.kid = kid;
    this.alg = alg;
    this.publicJwk = publicJwk;
    this.#privateKey = privateKey;
  }

  static async make(kid = 'k1', alg = 'ES256'): Promise<Signer> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    return new Signer(kid, alg, publicJwk, privateKey);
  }

  get jwks(): { keys: JWK[] } {
    return { keys: [this.publicJwk] };
  }

  /** The private half, in PEM (PKCS #8). */
  get pem(): Promise<string> {
    return exportPKCS8(this.#privateKey);
  }

  /** Signs claims; undefined leaves a claim or header member out. */
  sign(claims: JWTPayload, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { alg, kid } = this;
    return new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(this.#privateKey);
  }
}

/** A JWT that nobody signed, or that is signed by whatever a test puts in place of a signature. */
export function unsigned(header: object, claims: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}
