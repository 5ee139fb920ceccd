import type { Refusal } from '../decision/decision.ts';
import type { SentData } from '../gateways/facts.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { isAmbiguous } from '../gateways/reading/headers.ts';
import { compileProof, type HeaderProof, headerName } from '../rules/kinds/header-proof.ts';
import type { BindingCaching, BindingTerms, BoundRequest, TokenBinding } from '../token/binding.ts';
import { oneOf, plainChecks, refuse } from '../util/option-checks.ts';
import { thumbprintOfEncodedPem, thumbprintOfHex, thumbprintOfPem } from './certificate-digest.ts';
import { judgeUse } from './judge.ts';
import { type BindingMode, judgeAbsent, MODES } from './mode.ts';
import { notSupported, unsupportedBy } from './unsupported.ts';

/** A header in which a proxy names the client's certificate. The proxy must remove or replace it in each request. */
export interface CertificateHeader {
  /** Header name, any case: `CloudFront-Viewer-Cert-Sha256` or `CloudFront-Viewer-Cert-Pem` behind CloudFront. */
  readonly header: string;
  /** `'sha256-hex'`: the SHA-256 of the certificate's DER in hexadecimal. `'pem-url'`: its PEM in percent-encoding. */
  readonly encoding: 'sha256-hex' | 'pem-url';
  /** Shows that the request came through the proxy. A request without it has no certificate. */
  readonly proof: HeaderProof;
}

/** Options of `mtls`. */
export interface MtlsOptions {
  /**
   * `'off'`: as without the option. `'allowed'` also accepts tokens that are not bound to a certificate. `'required'` refuses
   * them on every route.
   */
  readonly mode: BindingMode;
  /**
   * Where the certificate comes from: API Gateway, which asks for it on a custom domain with mutual TLS; or the header of a
   * proxy.
   *
   * @default 'gateway'
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewer-mtls-headers.html
   */
  readonly source?: 'gateway' | CertificateHeader;
}

/**
 * Accepts tokens that are bound to a client certificate (RFC 8705, section 3): `cnf['x5t#S256']` must be the SHA-256 of the
 * certificate that the client used for this request. The token may arrive as `Bearer`, or as `DPoP` without a proof, as Auth0
 * advises.
 *
 * Disable the default `execute-api` endpoint of the API: it does not ask for certificates, so that bound tokens are refused
 * there, but unbound ones are not.
 *
 * @param options - the mode, or an object
 * @returns the value of the option `mtls`
 * @throws {OptionError} at start-up, for options that make no sense
 * @see https://auth0.com/docs/secure/sender-constraining/mtls-sender-constraining
 * @example
 * export const handler = middy().use(auth0Authorizer({ mtls: mtls('required') }));
 * @example
 * const behindCloudFront = mtls({
 *   mode: 'required',
 *   source: {
 *     header: 'CloudFront-Viewer-Cert-Sha256',
 *     encoding: 'sha256-hex',
 *     proof: { header: 'X-Origin-Secret', secret: originSecret },
 *   },
 * });
 */
export function mtls(options: BindingMode | MtlsOptions): TokenBinding {
  const path = 'mtls';
  const { mode, source = 'gateway' } =
    typeof options === 'string' ? { mode: options } : plainChecks(options, path, ['mode', 'source']);
  const checkedMode = oneOf(mode, typeof options === 'string' ? path : `${path}.mode`, MODES);
  const { data, read, caching } = source === 'gateway' ? FROM_GATEWAY : fromHeader(source, `${path}.source`);
  const unsupported = (gateway: string) => unsupportedFor(data, gateway as GatewayKind);
  const terms: BindingTerms = Object.freeze({
    member: 'x5t#S256',
    mode: checkedMode,
    algorithms: [],
    caching,
  });
  const binding: TokenBinding = Object.freeze<TokenBinding>({
    terms: () => terms,
    unsupported,
    check(confirmation, { request }) {
      if (confirmation === null) return judgeAbsent(checkedMode, 'cnf has no x5t#S256');
      const reason = unsupported(request.gateway);
      if (reason !== null) return notSupported(path, reason);
      const thumbprint = read(request);
      if (typeof thumbprint !== 'string') return thumbprint;
      return thumbprint === confirmation ? null : MISMATCH;
    },
    judge: judgeUse,
    withoutReplay: () => binding,
    notice: () => null,
    watch: () => undefined,
  });
  return binding;
}

function unsupportedFor(data: CertificateData, gateway: GatewayKind): string | null {
  const { sends } = gatewayOfKind(gateway);
  if (sends[data]) return null;
  const missing = data === 'headers' ? 'headers' : 'client certificate';
  const instead = sends.headers
    ? 'let a proxy name it in a header (`mtls.source`)'
    : 'use a REQUEST authorizer';
  return unsupportedBy(gateway, missing, instead);
}

type CertificateData = Extract<keyof SentData, 'certificate' | 'headers'>;

interface CertificateSource {
  /** What the event must carry. */
  readonly data: CertificateData;
  /** The thumbprint of the certificate of a request, or why there is none. */
  readonly read: (request: BoundRequest) => string | Refusal;
  readonly caching: BindingCaching;
}

const FROM_GATEWAY: CertificateSource = {
  data: 'certificate',
  read({ clientCertificate }) {
    if (clientCertificate === null) return missing('the event has none: the client used no mutual TLS');
    return (
      thumbprintOfPem(clientCertificate) ?? missing('the event has something else than one PEM certificate')
    );
  },
  caching: { reason: 'The client certificate decides (`mtls`), and it cannot be an identity source.' },
};

const DECODERS = { 'sha256-hex': thumbprintOfHex, 'pem-url': thumbprintOfEncodedPem } as const;

function fromHeader(value: unknown, path: string): CertificateSource {
  const options = plainChecks(value, path, ['header', 'encoding', 'proof']);
  const header = headerName(options.header, `${path}.header`);
  const encoding = oneOf(options.encoding, `${path}.encoding`, ['sha256-hex', 'pem-url']);
  const proof = compileProof(options.proof, `${path}.proof`);
  if (proof.header === header) refuse(`${path}.proof.header`, 'must be another header than the certificate');
  const decode = DECODERS[encoding];
  return {
    data: 'headers',
    read({ headers }) {
      const ambiguous = [proof.header, header].find((name) => isAmbiguous(headers, name));
      if (ambiguous !== undefined) {
        return missing(`the header ${ambiguous} is in the event in two spellings or with two values`);
      }
      // The proof first: without it, anybody may have written the header.
      if (!proof.holds(headers)) return missing('the proof of the proxy is missing or wrong');
      const text = headers[header];
      if (text === undefined) return missing(`the header ${header} is missing`);
      return decode(text) ?? missing(`the header ${header} is not ${encoding}`);
    },
    caching: { headers: [header, proof.header] },
  };
}

function missing(detail: string): Refusal {
  return { code: 'certificate_missing', detail };
}

const MISMATCH: Refusal = Object.freeze({ code: 'certificate_mismatch' });
