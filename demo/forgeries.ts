import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

/** What becomes of a good token on its way: by an attacker's hand, or by a client's mistake. */

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/** Another payload under the old signature. */
export function altered(token: string): string {
  const [header, payload, signature] = token.split('.');
  return `${header}.${encode({ ...decode(payload), permissions: ['admin'] })}.${signature}`;
}

/** Signed with a key of the attacker's own, under the name of Auth0's. */
export function forged(token: string): string {
  const [header, payload] = token.split('.');
  const content = `${header}.${encode({ ...decode(payload), permissions: ['admin'] })}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
}

/** Signed with HMAC, in the hope that the verifier takes a public key for the secret: RFC 8725, section 2.1. */
export function confused(token: string): string {
  const [header, payload] = token.split('.');
  const content = `${encode({ ...decode(header), alg: 'HS256' })}.${payload}`;
  return `${content}.${createHmac('sha256', 'the public key').update(content).digest('base64url')}`;
}

/** Not signed at all, and saying so. */
export function unsigned(token: string): string {
  const [header, payload] = token.split('.');
  return `${encode({ ...decode(header), alg: 'none' })}.${payload}.`;
}

/** Replaced by what Auth0 gives to clients that name no audience: a reference, not a JWT. */
export function opaque(): string {
  return 'kGZ1nPzpHnY3mXh0f5kWc2aQ9sLrT7uV';
}
