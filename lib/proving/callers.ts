import type { AuthorizerOptions } from '../authorizer/options.ts';
import { parseAuthorizerOptions } from '../authorizer/settings.ts';
import { OptionError } from '../decision/errors.ts';
import { detached } from '../explaining/observed-chain.ts';
import { createResigner } from '../explaining/resigned-token.ts';
import { parseObject } from '../token/compact-jws.ts';
import type { Caller } from './probe.ts';

/** A caller with a token. */
export interface ProofCaller {
  /** The token that is sent to the stage. Never shown. */
  readonly token: string;
  /** The same header and claims, signed with a key of this process. The forecast is made with it. */
  readonly twin: string;
  /** Its `exp`, epoch seconds; NaN without one. */
  readonly expires: number;
}

export type ProofCallers = ReadonlyMap<Caller, ProofCaller>;

/** What the stage sees of this computer; needed if a rule reads it. */
export interface SeenClient {
  readonly ip?: string | undefined;
  readonly country?: string | undefined;
}

/** Callers, and the options of an authorizer that trusts their twins. */
export interface TwinnedCallers {
  readonly callers: ProofCallers;
  readonly options: AuthorizerOptions;
}

/**
 * Makes a twin of each token, with the same header and claims, signed with a key of this process. So the forecast judges
 * what the stage judges, but for the signature, and fetches nothing from Auth0. The options for it have no log, no
 * metrics, no hook and no store.
 *
 * @param options - of one API
 * @param now - epoch seconds
 * @throws {OptionError} for options that make no sense; if they read the client's address or country, which is not given;
 *   for a token that is no signed JWT, or is bound; and for one that has expired, or has not, against its name. The
 *   message does not contain the token
 */
export function twinnedCallers(
  options: AuthorizerOptions,
  tokens: ReadonlyMap<Caller, string>,
  client: SeenClient,
  now: number,
): TwinnedCallers {
  checkClient(options, client);
  const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
  const settings = parseAuthorizerOptions(options, { AUTH0_DOMAIN, AUTH0_AUDIENCE });
  const resigner = createResigner(detached(options), settings);
  const callers = [...tokens].map(([caller, token]): [Caller, ProofCaller] => {
    const claims = claimsIn(token);
    if (claims === null) {
      refuse(caller, 'is no signed JWT: prove makes no forecast for encrypted and opaque tokens');
    }
    if ('cnf' in claims) refuse(caller, 'is bound to a key: prove sends no proof of possession');
    const expires = Number(claims['exp']);
    checkExpiry(caller, expires, now);
    return [caller, { token, twin: resigner.fromToken(token), expires }];
  });
  return { callers: new Map(callers), options: { ...resigner.options, logger: false } };
}

const JWT = /^[\w-]+\.(?<claims>[\w-]+)\.[\w-]*$/;

/** The claims, not verified; `null` if the text is no signed JWT. */
function claimsIn(token: string): Readonly<Record<string, unknown>> | null {
  const { claims } = JWT.exec(token)?.groups ?? {};
  return claims === undefined ? null : parseObject(Buffer.from(claims, 'base64url'));
}

/** How long a run waits for a token to expire, seconds. */
const LONGEST_WAIT_S = 600;

/** @throws {OptionError} */
function checkExpiry(caller: Caller, expires: number, now: number): void {
  if (caller === 'expired') {
    if (!(expires < now)) refuse(caller, 'has not expired: wait until it has');
    return;
  }
  if (expires <= now) refuse(caller, 'has expired: get a new one');
  if (caller === 'expiring' && !(expires <= now + LONGEST_WAIT_S)) {
    refuse(caller, `must expire within ${LONGEST_WAIT_S} seconds`);
  }
}

function refuse(caller: Caller, advice: string): never {
  throw new OptionError(`token of ${caller}`, advice);
}

/** @throws {OptionError} */
function checkClient({ rules = {}, routes = {} }: AuthorizerOptions, client: SeenClient): void {
  const all = [rules, ...Object.values(routes)];
  for (const rule of ['ip', 'country'] as const) {
    if (client[rule] !== undefined || !all.some((one) => one[rule])) continue;
    throw new OptionError(
      `--${rule}`,
      `is missing: the rule \`${rule}\` depends on what the stage sees of this computer`,
    );
  }
}
