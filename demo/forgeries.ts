import { createHmac } from 'node:crypto';
import { createTestIssuer } from '../lib/testing.ts';

/** Ways in which an attacker or a faulty client changes a good token. */

type Part = Readonly<Record<string, unknown>>;

const encode = (value: Part): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = ''): Part => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Another payload with the old signature. */
export function altered(token: string): string {
  const [header, payload, signature] = token.split('.');
  return `${header}.${encode({ ...decode(payload), permissions: ['admin'] })}.${signature}`;
}

/** Signed with the attacker's key, under the `kid` of Auth0's key. */
export function forged(token: string): string {
  const [header, payload] = token.split('.');
  return createTestIssuer().token({ ...decode(payload), permissions: ['admin'] }, { header: decode(header) });
}

/** Signed with HMAC, for verifiers that use a public key as the secret: RFC 8725, section 2.1. */
export function confused(token: string): string {
  const [header, payload] = token.split('.');
  const content = `${encode({ ...decode(header), alg: 'HS256' })}.${payload}`;
  return `${content}.${createHmac('sha256', 'the public key').update(content).digest('base64url')}`;
}

/** Not signed, with a header that says so. */
export function unsigned(token: string): string {
  const [header, payload] = token.split('.');
  return `${encode({ ...decode(header), alg: 'none' })}.${payload}.`;
}

/** A reference instead of a JWT, as Auth0 gives to clients that name no audience. */
export function opaque(): string {
  return 'kGZ1nPzpHnY3mXh0f5kWc2aQ9sLrT7uV';
}
