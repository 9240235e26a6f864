/** The grant types that are ours to serve rather than the library's, by their names on the wire. */
export const CLIENT_CREDENTIALS = 'client_credentials';

/** An assertion as a grant (RFC 7523 section 2.1). The only assertions taken are ID-JAGs. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export const AUTHORIZATION_CODE = 'authorization_code';
