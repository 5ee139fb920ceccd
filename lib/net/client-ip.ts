import { formatIp, type IpAddress, parseIp, parseIpv4 } from './ip-address.ts';

/* Reading addresses as gateways and proxies write them, with or without a port. */

/**
 * Reads `ip`, `ip:port`, `[v6]` or `[v6]:port`, as found in `sourceIp` (HTTP APIs with mutual TLS add the port) and in
 * `X-Forwarded-For`.
 *
 * @returns `null` for anything else, including zone ids and host names
 */
export function parseHostPort(text: string): IpAddress | null {
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    const inside = text.slice(1, close);
    if (close === -1 || !inside.includes(':') || !isPortOrNothing(text, close + 1)) return null;
    return parseIp(inside);
  }
  const colon = text.indexOf(':');
  if (colon === -1 || text.includes(':', colon + 1)) return parseIp(text);
  return isPort(text.slice(colon + 1)) ? parseIp(text.slice(0, colon)) : null;
}

/**
 * Reads CloudFront's `CloudFront-Viewer-Address`. It always has a port, and IPv6 has no brackets, so the last colon
 * separates them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
 * @returns `null` for anything else
 */
export function parseViewerAddress(text: string): IpAddress | null {
  const colon = text.lastIndexOf(':');
  if (colon === -1 || !isPort(text.slice(colon + 1))) return null;
  return parseIp(text.slice(0, colon));
}

/** The address in canonical text (RFC 5952, IPv4-mapped as IPv4); `null` if the value is not an address. */
export function clientIpOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  // Valid dotted decimals have one spelling.
  if (parseIpv4(value) !== null) return value;
  const address = parseHostPort(value);
  return address === null ? null : formatIp(address);
}

function isPortOrNothing(text: string, start: number): boolean {
  return start === text.length || (text[start] === ':' && isPort(text.slice(start + 1)));
}

const PORT = /^[0-9]{1,5}$/;

function isPort(text: string): boolean {
  return PORT.test(text) && Number(text) <= 65_535;
}
