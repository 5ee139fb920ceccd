import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Viewer } from '../lib/local-gateway/local-gateway.ts';

/** Address of the client. On loopback every client is 127.0.0.1, so the demo's clients send theirs in this header. */
export const FROM_HEADER = 'x-demo-from';

/** Address of a client that sends none, or no valid one: in Germany. */
export const HOME = '198.51.100.7';

/** The address blocks for documentation (RFC 5737), with a country for each. */
const COUNTRIES: Readonly<Record<string, string>> = {
  '198.51.100': 'DE',
  '203.0.113': 'FR',
  '192.0.2': 'US',
};

/** The country of an address; `undefined` if it has none, such as `10.1.2.3`. */
export function countryOf(address: string): string | undefined {
  return COUNTRIES[address.split('.').slice(0, 3).join('.')];
}

/** SHA-256 of the client's certificate. On loopback nobody has one, so the demo's clients send its digest in this header. */
export const CERTIFICATE_HEADER = 'x-demo-certificate';

/** What the distribution adds to each request, so that the authorizer knows that the request came through it. */
export const EDGE_SECRET = { name: 'X-Origin-Secret', value: 'secret of the demo' };

/** What a gateway sees of clients that call it directly. */
export function viewer(request: IncomingMessage): Viewer {
  const from = String(request.headers[FROM_HEADER]);
  return { address: isIP(from) === 0 ? HOME : from, drops: [FROM_HEADER] };
}

/** CloudFront in front of an edge-optimised API: it adds the country, and removes the client's `CloudFront-*` headers. */
export function viewerThroughCloudFront(request: IncomingMessage): Viewer {
  const { address } = viewer(request);
  const country = countryOf(address);
  return {
    address,
    headers: country === undefined ? {} : { 'CloudFront-Viewer-Country': country },
    drops: [FROM_HEADER, 'cloudfront-viewer-country'],
  };
}

/** CloudFront with mutual TLS for viewers: it names the certificate of the connection. */
export function viewerThroughMutualTls(request: IncomingMessage): Viewer {
  const digest = request.headers[CERTIFICATE_HEADER];
  return {
    address: viewer(request).address,
    headers: {
      [EDGE_SECRET.name]: EDGE_SECRET.value,
      ...(typeof digest === 'string' ? { 'CloudFront-Viewer-Cert-Sha256': digest } : {}),
    },
    drops: [FROM_HEADER, CERTIFICATE_HEADER, 'cloudfront-viewer-cert-sha256'],
  };
}
