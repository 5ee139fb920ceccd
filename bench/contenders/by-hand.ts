import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { allow, bearerOf, type Handler, type Settings } from './contender.ts';

interface Jwk {
  readonly kid: string;
  readonly [member: string]: unknown;
}

/** A minimal authorizer on Node's own modules: no options, no codes, no key rotation. */
export function create({ issuer, jwksUri, audience }: Settings): Handler {
  const { createPublicKey, verify } = process.getBuiltinModule('node:crypto');
  const fetched = fetchKeys(jwksUri).then(
    (keys) => new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })])),
  );
  fetched.catch(() => undefined);
  let keys: Map<string, KeyObject> | undefined;
  return async (event) => {
    const parts = bearerOf(event).split('.') as [string, string, string];
    const header = parse(parts[0]);
    const claims = parse(parts[1]);
    if (header.alg !== 'RS256' || claims.iss !== issuer || parts.length !== 3)
      throw new Error('Unauthorized');
    keys ??= await fetched;
    const key = keys.get(String(header.kid));
    const input = Buffer.from(`${parts[0]}.${parts[1]}`);
    if (key === undefined || !verify('sha256', input, key, Buffer.from(parts[2], 'base64url'))) {
      throw new Error('Unauthorized');
    }
    const audiences: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
    if (!audiences.includes(audience) || !(Number(claims.exp) > Date.now() / 1000)) {
      throw new Error('Unauthorized');
    }
    return allow(event, claims);
  };
}

function parse(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}

function fetchKeys(uri: string): Promise<Jwk[]> {
  const { get } = process.getBuiltinModule(uri.startsWith('https:') ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve((JSON.parse(text) as { keys: Jwk[] }).keys));
    };
    get(uri, { agent: false }, answered).on('error', reject);
  });
}
