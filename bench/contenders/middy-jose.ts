import middy from '@middy/core';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { allow, bearerOf, type Event, type Handler, type Settings } from './contender.ts';

/** A middleware that verifies and a handler that answers. */
export function create({ issuer, jwksUri, audience }: Settings): Handler {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  const expected = { issuer, audience, algorithms: ['RS256'] };
  const handler = middy<Event, unknown, Error, { claims?: JWTPayload }>()
    .use({
      before: async ({ event, context }) => {
        const { payload } = await jwtVerify(bearerOf(event), keys, expected);
        context.claims = payload;
      },
    })
    .handler(async (event, { claims = {} }) => allow(event, claims));
  return handler as unknown as Handler;
}
