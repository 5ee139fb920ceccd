import type { IncomingMessage } from 'node:http';
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { allow, bearerOf, type Handler, type Settings } from './contender.ts';

export function create(settings: Settings): Handler {
  const verifier = verifierFor(settings);
  return async (event) => allow(event, await verifier.verify(bearerOf(event)));
}

export function verifierFor({ issuer, jwksUri, audience }: Settings) {
  const expected = { issuer, audience, jwksUri };
  return jwksUri.startsWith('https:')
    ? JwtVerifier.create(expected)
    : JwtVerifier.create(expected, { jwksCache: new SimpleJwksCache({ fetcher: { fetch: fetchPlainly } }) });
}

/** Its own fetcher supports TLS only. */
function fetchPlainly(uri: string): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks)).buffer));
    };
    process.getBuiltinModule('node:http').get(uri, { agent: false }, answered).on('error', reject);
  });
}
