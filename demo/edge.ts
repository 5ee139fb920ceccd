import type { IncomingMessage } from 'node:http';
import type { Viewer } from './gateway/local-gateway.ts';

/** On loopback every caller is 127.0.0.1, so the demo's clients say in this header where they call from. */
export const FROM_HEADER = 'x-demo-from';

/** Where requests come from that do not say: somewhere in Germany. */
export const HOME = '198.51.100.7';

/** The blocks that RFC 5737 keeps for documentation, spread over the world for the demo. */
const COUNTRIES: Readonly<Record<string, string>> = {
  '198.51.100': 'DE',
  '203.0.113': 'FR',
  '192.0.2': 'US',
};

/** The country of an address; `undefined` for those that have none, such as `10.1.2.3`. */
export function countryOf(address: string): string | undefined {
  return COUNTRIES[address.split('.').slice(0, 3).join('.')];
}

/** What a gateway that clients call directly sees of them. */
export function viewer(request: IncomingMessage): Viewer {
  const from = request.headers[FROM_HEADER];
  return { address: typeof from === 'string' ? from : HOME, drops: [FROM_HEADER] };
}

/** What CloudFront adds in front of an edge-optimised API. A client's own `CloudFront-*` headers do not get past it. */
export function viewerThroughCloudFront(request: IncomingMessage): Viewer {
  const { address } = viewer(request);
  const country = countryOf(address);
  return {
    address,
    headers: country === undefined ? {} : { 'CloudFront-Viewer-Country': country },
    drops: [FROM_HEADER, 'cloudfront-viewer-country'],
  };
}
