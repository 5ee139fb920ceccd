import { isObject } from '../util/is-object.ts';
import { nonEmptyArray, nonEmptyStrings, plainObject, refuse } from '../util/option-checks.ts';
import { isUserinfoAudience } from './auth0-profile.ts';
import { issuerOfDomain, issuerUrl } from './issuer-options.ts';

/** Whose tokens are trusted, and for which audiences. */
interface Trust {
  /** The audiences that tokens may have, by `iss`. */
  readonly audiencesOf: ReadonlyMap<string, readonly string[]>;
  /** The same without the audiences that only `apis` names; the same map if there are none. */
  readonly inheritedOf: ReadonlyMap<string, readonly string[]>;
}

/** The audiences of one of several APIs. */
export interface ApiAudiences {
  /** Dotted path of its options. */
  readonly path: string;
  /** `null` = the top-level ones. */
  readonly audiences: readonly string[] | null;
}

type Raw = { readonly domain?: unknown; readonly issuer?: unknown; readonly audience?: unknown };
type At = (name: string) => string;

/** Whether some token needs the top-level `audience`: not if each issuer, or each API, has its own. */
export function needsCommonAudience(options: Raw, apis: readonly ApiAudiences[]): boolean {
  return hasPlainIssuer(options) && (apis.length === 0 || apis.some(({ audiences }) => audiences === null));
}

/** Whether some issuer has no audience of its own. */
function hasPlainIssuer({ domain, issuer }: Raw): boolean {
  const trusted = domain ?? issuer;
  return !Array.isArray(trusted) || trusted.some((one) => !isObject(one));
}

/**
 * Reads `domain` or `issuer`, and `audience`.
 *
 * @param at - makes the dotted path of an option
 * @param apis - whose audiences are accepted too, unless an issuer has its own
 * @throws {OptionError}
 */
export function parseTrust(options: Raw, at: At, apis: readonly ApiAudiences[]): Trust {
  const issuers = parseIssuers(options, at);
  const names = issuers.map(({ issuer }) => issuer);
  const common = commonAudiences(options, at('audience'), names, apis);
  const own = apis.flatMap(({ audiences, path }) =>
    audiences === null ? [] : parseAudience(audiences, `${path}.audience`, names),
  );
  const usual = Object.freeze([...new Set([...common, ...own])]);
  const audiencesOf = new Map<string, readonly string[]>();
  const inheritedOf = new Map<string, readonly string[]>();
  for (const { issuer, audience, path } of issuers) {
    if (audiencesOf.has(issuer)) refuse(path, 'is in the list twice');
    const bound = audience === null ? null : parseAudience(audience, `${path}.audience`, names);
    audiencesOf.set(issuer, bound ?? usual);
    inheritedOf.set(issuer, bound ?? common);
  }
  return { audiencesOf, inheritedOf: usual.length === common.length ? audiencesOf : inheritedOf };
}

interface ConfiguredIssuer {
  readonly issuer: string;
  /** `null` = the top-level `audience`. */
  readonly audience: unknown;
  readonly path: string;
}

function parseIssuers({ domain, issuer }: Raw, at: At): readonly ConfiguredIssuer[] {
  if (domain !== undefined && issuer !== undefined) {
    refuse(at('issuer'), `cannot be combined with ${at('domain')}: give only one of the two`);
  }
  if (issuer !== undefined) return oneOrMany(issuer, at('issuer'), 'issuer', issuerUrl);
  if (domain !== undefined) return oneOrMany(domain, at('domain'), 'domain', issuerOfDomain);
  refuse(
    at('domain'),
    "is missing: write your Auth0 domain, such as 'tenant.eu.auth0.com' (auth0Authorizer also reads AUTH0_DOMAIN), or give `issuer`",
  );
}

/** One issuer as text, or a list of such and of issuers with audiences. */
function oneOrMany(
  value: unknown,
  path: string,
  name: 'domain' | 'issuer',
  check: (item: unknown, path: string) => string,
): readonly ConfiguredIssuer[] {
  const parse = (item: unknown, at: string): ConfiguredIssuer => {
    if (!isObject(item)) return { issuer: check(item, at), audience: null, path: at };
    const bound = plainObject(item, at, [name, 'audience']);
    return { issuer: check(bound[name], `${at}.${name}`), audience: bound.audience, path: at };
  };
  if (!Array.isArray(value)) return [{ issuer: check(value, path), audience: null, path }];
  return nonEmptyArray(value, path, 'item').map((item, index) => parse(item, `${path}[${index}]`));
}

function commonAudiences(
  options: Raw,
  path: string,
  issuers: readonly string[],
  apis: readonly ApiAudiences[],
): readonly string[] {
  const { audience } = options;
  if (audience === undefined && !needsCommonAudience(options, apis)) return [];
  if (audience === undefined) {
    refuse(
      path,
      'is missing: write the identifier of your API in Auth0 (auth0Authorizer also reads AUTH0_AUDIENCE)',
    );
  }
  if (hasPlainIssuer(options)) return parseAudience(audience, path, issuers);
  return refuse(path, 'has no effect, because each issuer has an audience of its own: leave it out');
}

function parseAudience(value: unknown, path: string, issuers: readonly string[]): readonly string[] {
  const audiences = nonEmptyStrings(value, path);
  if (audiences.some((audience) => isUserinfoAudience(audience, issuers))) {
    refuse(
      path,
      'holds the /userinfo endpoint, which is an audience of tokens for any API of the tenant: leave it out',
    );
  }
  return audiences;
}
