import { nodeCrypto } from '../util/node-crypto.ts';
import { nonEmptyString, plainObject } from '../util/option-checks.ts';
import { pemOf, selfSigned } from './der.ts';

const VALIDITY = ['200101000000Z', '491231235959Z'] as const;

/** A client's certificate, for mutual TLS. */
export interface TestCertificate {
  /** As events and `CloudFront-Viewer-Cert-Pem` have it; the latter in percent-encoding. */
  readonly pem: string;
  /** SHA-256 of the DER, hexadecimal: `CloudFront-Viewer-Cert-Sha256`. */
  readonly sha256: string;
  /** The claim of a token that is bound to the certificate (RFC 8705, section 3.1). */
  readonly cnf: { readonly 'x5t#S256': string };
}

/**
 * Makes a self-signed certificate with a new key, valid from 2020 to 2049.
 *
 * @param options - `commonName`: of subject and issuer. Default: `client.example.com`
 * @throws {OptionError} for an invalid name
 * @example
 * const certificate = clientCertificate();
 * const token = issuer.token({}, { boundTo: certificate });
 * const event = restRequestEvent({ token, clientCertificate: certificate.pem });
 */
export function clientCertificate(options: { readonly commonName?: string } = {}): TestCertificate {
  const { commonName = 'client.example.com' } = plainObject(options, '', ['commonName']);
  const { der } = selfSigned({ commonName: nonEmptyString(commonName, 'commonName'), validity: VALIDITY });
  const digest = nodeCrypto().createHash('sha256').update(der).digest();
  return {
    pem: pemOf(der),
    sha256: digest.toString('hex'),
    cnf: { 'x5t#S256': digest.toString('base64url') },
  };
}
