import type { AuthorizerMiddleware } from '../invocation/auth0-context.ts';
import { SILENT_LOG, unheardLog } from '../middlewares/decision-log.ts';
import { turn } from '../util/turn.ts';
import type { AuthorizerOptions } from './options.ts';

/*
 * A token of an issuer that does not exist, with its signature and the public key. The private key was deleted after it
 * had signed this one token. Only the chain below trusts the key, and no request reaches that chain.
 */

const ISSUER = 'https://warm-up.invalid/';
const HEADER = { alg: 'RS256', typ: 'JWT', kid: 'warm-up' };
const CLAIMS = {
  iss: ISSUER,
  aud: 'warm-up',
  sub: 'warm-up',
  iat: 1500000000,
  exp: 4102444800,
  permissions: ['warm-up'],
};
const SIGNATURE =
  'Kf3Se4ISS2NQvc60wGfrL9O3M2R9Fww4yuY76rwXM191IzJr8yoPyOXOZ5_YkkRjtNpEgtiZC_o-8oeDfe-Q-2g0mWUbnHDHEkMs' +
  'VOGR_jz65w6fQ5LlqgWxRjzm5CAnaghwj7GXS9hE5NBTEqTHCCZxZ6Du2NwQx7dKDyillv7zefC2h500dEbo9Hx84QRXmvxo4WBU' +
  'GRYqx0djdaflaKrq_v9tkmzeK0BJO15f8dIkkuuM-Pxo96g1kiZAbb55hKLJhJDUJhx4CDcgyb-uC7--6vLWXk46zDMOYh5Fn4gi' +
  'R2J7YpfLF7AULv2s6fkmDLpasdMPB9NG0nVlvWuDUQ';
const MODULUS =
  'qD1RFvjqXwppo1ZBwLQq6uRmGh6DSKUzxnYs3qcAjL8LldQAvHSZXZLx4YxtQTd1Pj_vabXO_DJQG5C7i5vv11BcglAIXblKKArm' +
  'NjjHFNTU4uaGd8UCKG-GFQRnvWj3uFtNCY3zmjy6LyC8ZZDJtsPZbDsuTs31eUwBB5GkSn7BrgNF6isYHDIa22i4uj4O6XbSwfRq' +
  'Zwds9stgDSxXnRJf4WdbOLPJQm5rtF2OF1aXP0caq1hm3BG_T69eSh2ZqIGuPL942l1Rr4QzChHEFXwfZiq8vDGAV7hktEAjI1FN' +
  'vnOsI8b_64B1tU7gYYD37XatRZs2cdaEN3r3YSyCSw';

/** The parts of the user's options that decide which functions the first request needs. */
export interface Warmed {
  readonly hasRoutes: boolean;
  /** The log lines go to the logger that the package brings. */
  readonly hasDefaultLogger: boolean;
}

/**
 * Runs a chain twice, on requests of its own, so that V8 has compiled the functions that the first invocation needs and
 * OpenSSL has set up RSA. Lambda gives init the full CPU, and an invocation only the share of its memory.
 *
 * The chain shares nothing with the user's: no option, hook, logger, key or cache. Between its steps the event loop runs:
 * in one piece it would delay the request for the user's keys by its own duration.
 *
 * @param create - `auth0Authorizer`
 * @returns the answers
 */
export async function warmUp(
  create: (options: AuthorizerOptions) => readonly AuthorizerMiddleware[],
  { hasRoutes, hasDefaultLogger }: Warmed,
): Promise<readonly unknown[]> {
  await turn();
  const routes = { 'GET /a/{id}': { permissions: ['warm-up'] }, 'GET /b': { permissions: ['other'] } };
  const chain = create({
    issuer: ISSUER,
    audience: 'warm-up',
    jwks: { keys: [{ kty: 'RSA', kid: HEADER.kid, n: MODULUS, e: 'AQAB' }] },
    logger: hasDefaultLogger ? await unheardLog() : SILENT_LOG,
    ...(hasRoutes ? { routes } : {}),
  });
  const token = `Bearer ${encoded(HEADER)}.${encoded(CLAIMS)}.${SIGNATURE}`;
  const answers: unknown[] = [];
  for (const event of [restEvent(token), httpEvent(token)]) answers.push(await answerOf(chain, event));
  return answers;
}

type MiddyRequest = Parameters<NonNullable<AuthorizerMiddleware['before']>>[0];

/** Runs the middlewares in Middy's order. */
async function answerOf(chain: readonly AuthorizerMiddleware[], event: object): Promise<unknown> {
  const request: MiddyRequest = {
    event,
    context: {} as MiddyRequest['context'],
    response: undefined,
    error: null,
    internal: {},
  };
  for (const { before } of chain) {
    await turn();
    await before?.(request);
  }
  for (const { after } of chain.toReversed()) {
    await turn();
    await after?.(request);
  }
  return request.response;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

const ARN = 'arn:aws:execute-api:eu-west-1:123456789012:warmup/prod/GET/a/1';

function restEvent(authorization: string): object {
  return {
    type: 'REQUEST',
    methodArn: ARN,
    resource: '/a/{id}',
    httpMethod: 'GET',
    headers: { Authorization: authorization },
    multiValueHeaders: { Authorization: [authorization] },
    requestContext: { identity: { sourceIp: '192.0.2.1' } },
  };
}

function httpEvent(authorization: string): object {
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: ARN,
    routeKey: 'GET /a/{id}',
    rawPath: '/prod/a/1',
    headers: { authorization },
    requestContext: { http: { method: 'GET', sourceIp: '192.0.2.1' } },
  };
}
