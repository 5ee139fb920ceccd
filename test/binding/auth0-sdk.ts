import { auth } from 'express-oauth2-jwt-bearer';
import type { TestIssuer } from '../../lib/testing.ts';

/** A request, as much of it as authorizers for bound tokens read. */
export interface BoundCall {
  readonly method: string;
  /** With a query, if there is one. */
  readonly url: string;
  /** `Authorization`; absent if `undefined`. */
  readonly authorization?: string | undefined;
  /** `DPoP`; absent if `undefined`. Several headers are joined with a comma. */
  readonly proof?: string | undefined;
  /** The header `Host`. Default: the host of the URL. */
  readonly host?: string | undefined;
  /** The PEM of the client's certificate. */
  readonly certificate?: string | undefined;
}

/** How Auth0's middleware is configured. */
export interface SdkOptions {
  readonly dpop?: { readonly enabled?: boolean; readonly required?: boolean };
  readonly mtls?: { readonly enabled?: boolean; readonly required?: boolean };
}

/**
 * Auth0's own middleware for Express, express-oauth2-jwt-bearer, without Express.
 *
 * @returns for a request: `allow`, or status and code of the refusal
 */
export function auth0Sdk(issuer: TestIssuer, options: SdkOptions) {
  const check = auth({
    issuer: `https://${issuer.options.domain}/`,
    audience: issuer.options.audience,
    publicKey: issuer.jwks as never,
    tokenSigningAlg: 'ES256',
    ...(options.mtls && { getCertificate: (request: { certificate?: string }) => request.certificate }),
    ...options,
  } as never);
  return (call: BoundCall) =>
    new Promise<string>((resolve) => {
      check(expressRequest(call) as never, {} as never, (error?: unknown) => {
        const { status, code } = (error ?? {}) as { status?: number; code?: string };
        resolve(error === undefined ? 'allow' : [status, code].filter(Boolean).join(' '));
      });
    });
}

function expressRequest({ method, url, authorization, proof, host, certificate }: BoundCall) {
  const { origin, pathname, search, host: usual } = new URL(url);
  const headers = {
    host: host ?? usual,
    ...(authorization !== undefined && { authorization }),
    ...(proof !== undefined && { dpop: proof }),
  };
  return {
    method,
    headers,
    certificate,
    protocol: new URL(origin).protocol.slice(0, -1),
    originalUrl: pathname + search,
    query: {},
    get: (name: string) => (name === 'Host' ? headers.host : undefined),
    is: () => false,
  };
}
