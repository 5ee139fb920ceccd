import { isObject } from '../util/is-object.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { boolean, oneOf, optional, plainMap, plainObject, refuse } from '../util/option-checks.ts';
import { type EncryptionKey, encryptToken } from './encrypt-token.ts';

type Members = Readonly<Record<string, unknown>>;

export type Profile = NonNullable<TestTokenOptions['profile']>;
export const PROFILES = ['auth0', 'rfc9068'] as const;

/** How Auth0 is set up for a token. */
export interface TestTokenOptions {
  /**
   * The token profile of the API: `'auth0'` names the application as `azp`; `'rfc9068'` names it as `client_id`, adds
   * `jti`, leaves out `gty` and has `typ: 'at+jwt'` in the header.
   *
   * @default the `profile` of the issuer, 'auth0' unless you set it
   * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
   */
  readonly profile?: 'auth0' | 'rfc9068';
  /**
   * Binds the token: a key from `dpopKey()`, or a certificate from `clientCertificate()`. Sets the claim `cnf`.
   *
   * @default a bearer token
   */
  readonly boundTo?: { readonly cnf: Readonly<Record<string, string>> };
  /**
   * Replaces or adds members of the header.
   *
   * @default none
   */
  readonly header?: Readonly<Record<string, unknown>>;
  /**
   * Encrypts the signed token for this public RSA key (JWE): a JWK, whose `kid` and `alg` the header then has, or a
   * `KeyObject`. The content is encrypted with `A256GCM`, the key with `RSA-OAEP-256` if there is no `alg`.
   *
   * @default not encrypted
   */
  readonly encryptFor?: EncryptionKey;
}

/** How an agent got its token. */
export interface AgentTokenOptions extends TestTokenOptions {
  /**
   * - `'exchange'`: on-behalf-of token exchange. The user is the subject; `act` names the agent, and in it the application
   *   that the user logged in to.
   * - `'login'`: the user logged in to an application of the agent. `act` names the agent alone.
   * - `'client-credentials'`: the agent acts for itself and is the subject. No `act`.
   *
   * @default 'exchange'
   */
  readonly grant?: 'exchange' | 'login' | 'client-credentials';
  /**
   * Whether the API gets `sub_profile` and `client_profile`: `agent_subject_claims: 'auth0-v1'` in Auth0.
   *
   * @default true
   */
  readonly profileClaims?: boolean;
}

/** Signs access tokens. Claims that you pass replace or add claims; a claim that is `undefined` is left out. */
export interface TokenMaker {
  /**
   * A user's token: `iss`, `sub` (`auth0|test`), `aud`, `iat` (now), `exp` (in an hour) and `azp`, with `alg`, `typ` (`JWT`)
   * and `kid` in the header. The signature is always that of the issuer's key.
   *
   * @param options - profile, header, binding (`boundTo`) and encryption (`encryptFor`)
   * @throws {OptionError} for invalid claims or options, as the methods do
   * @example
   * const token = issuer.token({ scope: 'read:orders', permissions: undefined });
   * @example
   * const bound = issuer.token({ scope: 'read:orders' }, { boundTo: dpopKey() });
   */
  (claims?: Readonly<Record<string, unknown>>, options?: TestTokenOptions): string;
  /**
   * The same.
   *
   * @example
   * const token = issuer.token.user({ scope: 'read:orders' }, { profile: 'rfc9068' });
   */
  user(claims?: Readonly<Record<string, unknown>>, options?: TestTokenOptions): string;
  /**
   * The token of an application that acts for itself (client credentials): `sub` is its client ID with `@clients`, and `gty`
   * is `client-credentials`.
   *
   * @example
   * const token = issuer.token.machine({ azp: 'billing', scope: 'write:invoices' });
   */
  machine(claims?: Readonly<Record<string, unknown>>, options?: TestTokenOptions): string;
  /**
   * The token of an AI agent (Auth0's Agents as Principal). The agent is `agt_test`.
   *
   * @see https://auth0.com/docs/ai-agents-mcp/agents-as-principal/agent-identity-in-tokens
   * @example
   * const token = issuer.token.agent({ scope: 'read:orders' }, { grant: 'login' });
   */
  agent(claims?: Readonly<Record<string, unknown>>, options?: AgentTokenOptions): string;
  /**
   * The token of a person who never logged in (Anonymous Sessions): `sub` is `anon@` and a UUID, another one each time.
   *
   * @see https://auth0.com/docs/manage-users/sessions/anonymous-sessions
   * @example
   * const token = issuer.token.anonymous({ scope: 'read:catalogue' });
   */
  anonymous(claims?: Readonly<Record<string, unknown>>, options?: TestTokenOptions): string;
}

/** Lifetime of a token, seconds. */
const LIFETIME = 3600;
const USER = 'auth0|test';
const AGENT = 'agt_test';
const CLIENT = 'test-client';

/** What tokens have unless the test says otherwise. */
interface TokenDefaults {
  readonly iss: string;
  readonly aud: string;
  readonly profile: Profile;
}

/** @param sign - signs claims with the issuer's key; members that are `undefined` are left out */
export function tokenMaker(
  { iss, aud, profile: usualProfile }: TokenDefaults,
  sign: (claims: Members, header: Members) => string,
): TokenMaker {
  function signed({ sub, ...more }: Members, claims: Members, header: Members): string {
    const iat = Math.floor(Date.now() / 1000);
    return sign({ iss, sub, aud, iat, exp: iat + LIFETIME, ...more, ...claims }, header);
  }

  /**
   * Makes the method for one kind of caller.
   *
   * @param usual - the claims of the Auth0 profile, by client ID
   */
  function method<Options extends AgentTokenOptions>(
    client: string,
    usual: (azp: string, options: { readonly [name in keyof AgentTokenOptions]?: unknown }) => Members,
    known: readonly (keyof Options & string)[],
  ) {
    return (claims: Members = {}, options: Options = NO_OPTIONS as Options): string => {
      const given = plainObject(options, 'options', known) as AgentTokenOptions;
      const own: Members = {
        ...optional(given, 'options', 'boundTo', {}, confirmation),
        ...plainMap(claims, 'claims'),
      };
      const profile = optional(given, 'options', 'profile', usualProfile, oneOf<Profile>, PROFILES);
      const header = optional(given, 'options', 'header', {}, plainMap);
      const made = usual(String(own['azp'] ?? own['client_id'] ?? client), given);
      const token =
        profile === 'auth0'
          ? signed(made, own, header)
          : signed(inRfc9068(made), own, { typ: 'at+jwt', ...header });
      const recipient = given.encryptFor;
      return recipient === undefined ? token : encryptToken(token, recipient, 'options.encryptFor');
    };
  }

  const user = method<TestTokenOptions>(CLIENT, (azp) => ({ sub: USER, azp }), TOKEN_OPTIONS);
  const agentOptions = [...TOKEN_OPTIONS, 'grant', 'profileClaims'] as const;
  return Object.assign((claims?: Members, options?: TestTokenOptions) => user(claims, options), {
    user,
    machine: method<TestTokenOptions>('test-machine', machineClaims, TOKEN_OPTIONS),
    agent: method<AgentTokenOptions>('test-agent-client', agentClaims, agentOptions),
    anonymous: method<TestTokenOptions>(CLIENT, anonymousClaims, TOKEN_OPTIONS),
  });
}

/** The claim of a bound token. */
function confirmation(value: unknown, path: string): Members {
  const cnf = isObject(value) ? value['cnf'] : undefined;
  if (isObject(cnf)) return { cnf };
  return refuse(path, 'must be a key from dpopKey() or a certificate from clientCertificate()');
}

const TOKEN_OPTIONS = ['profile', 'boundTo', 'header', 'encryptFor'] as const;
const NO_OPTIONS = {};

/** The same claims in the RFC 9068 profile. */
function inRfc9068({ azp, gty: _, ...claims }: Members): Members {
  return { ...claims, client_id: azp, jti: nodeCrypto().randomUUID() };
}

function machineClaims(azp: string): Members {
  return { sub: `${azp}@clients`, azp, gty: 'client-credentials' };
}

function anonymousClaims(azp: string): Members {
  return { sub: `anon@${nodeCrypto().randomUUID()}`, azp };
}

function agentClaims(
  azp: string,
  options: { readonly [name in keyof AgentTokenOptions]?: unknown },
): Members {
  const grant = optional(options, 'options', 'grant', 'exchange', oneOf<Grant>, GRANTS);
  const hasProfiles = optional(options, 'options', 'profileClaims', true, boolean);
  const profiles = (sub_profile: string, client_profile?: string) =>
    hasProfiles ? { sub_profile, client_profile } : {};
  const application = { sub: CLIENT, ...profiles('browser_app'), client_id: CLIENT };
  const agent = { sub: AGENT, ...profiles('ai_agent'), client_id: azp };
  switch (grant) {
    case 'exchange':
      return {
        sub: USER,
        azp,
        ...profiles('user', 'service ai_agent'),
        act: { ...agent, act: application },
      };
    case 'login':
      return { sub: USER, azp, ...profiles('user', 'ai_agent'), act: agent };
    case 'client-credentials':
      return { sub: AGENT, azp, gty: 'client-credentials', ...profiles('ai_agent', 'service ai_agent') };
  }
}

type Grant = NonNullable<AgentTokenOptions['grant']>;
const GRANTS = ['exchange', 'login', 'client-credentials'] as const;
