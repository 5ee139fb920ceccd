import type { AuthorizerOptions } from '../authorizer/options.ts';
import { optionsOfApi } from '../authorizer/options-of-api.ts';
import { parseAuthorizerOptions } from '../authorizer/settings.ts';
import type { Refused } from '../decision/errors.ts';
import { type ObservedChain, observeChain } from '../explaining/observed-chain.ts';
import type { AuthorizationRequest, Gateway, GatewayKind } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { TestTenant } from '../personas/test-tenant.ts';
import { bookNamed } from '../rules/api-books.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { bearerCredential } from '../token/credential.ts';
import { createVerifier } from '../token/verifier.ts';
import type { ExploredCaller } from './exploration.ts';
import { withoutCalls, withoutEffects } from './explored-options.ts';
import type { JudgedCaller } from './matrix.ts';
import type { SampleClient } from './sample-requests.ts';

/** What is explored. */
export interface ExploredModule {
  /** The module, as the user named it. */
  readonly source: string;
  readonly options: AuthorizerOptions;
  /** Claims of further callers by name. */
  readonly personas?: unknown;
  readonly gateway: GatewayKind;
  /** A key of `apis`; `undefined` without that option. */
  readonly api?: string | undefined;
  /** What all requests have in common, unless a request says otherwise. */
  readonly client: SampleClient;
}

/** The options of one API with a test issuer in place of Auth0. */
export interface Trial {
  readonly module: ExploredModule;
  readonly gateway: Gateway;
  /** Of the API alone, trusting the test issuer. */
  readonly options: AuthorizerOptions;
  readonly book: RuleBook;
  /** The book without rules that call functions which may take time. */
  readonly quiet: RuleBook;
  /** A token of the test issuer; `null` for a caller without one. */
  tokenOf(caller: Pick<ExploredCaller, 'name' | 'claims'>): string | null;
  /** Verifies the token as the authorizer does; the request is for tokens that are bound to a key. */
  judgedCaller(token: string | null, request: AuthorizationRequest): Promise<JudgedCaller>;
  /** The chain of the authorizer, observed. */
  readonly chain: ObservedChain;
}

/** @throws {OptionError} for options that make no sense, and for another key of `apis` */
export async function trialOf(module: ExploredModule): Promise<Trial> {
  const tenant = new TestTenant();
  const untrusted = withoutEffects(optionsOfApi(module.options, module.api));
  const issuer = tenant.issuerFor(untrusted);
  const options = { ...untrusted, ...issuer.options };
  const settings = parseAuthorizerOptions(options, null);
  const quiet = parseAuthorizerOptions(withoutCalls(options), null);
  const verifier = createVerifier(settings.verifier);
  const book = bookNamed(settings.books, undefined).rules;
  return {
    module,
    gateway: gatewayOfKind(module.gateway),
    options,
    book,
    quiet: bookNamed(quiet.books, undefined).rules,
    tokenOf({ name, claims }) {
      if (claims === null) return null;
      return tenant.tokensFor(issuer, new Map([[name, claims]])).get(name) as string;
    },
    async judgedCaller(token, request) {
      if (token === null) return book.admitsAnonymous ? ANONYMOUS : NO_TOKEN;
      try {
        return {
          kind: 'accepted',
          token: await verifier.verify(bearerCredential(token), PATIENCE_MS, request),
        };
      } catch (error) {
        // Never a fault: the key is in the options.
        return { kind: 'refused', code: (error as Refused).code };
      }
    },
    chain: await observeChain(options),
  };
}

/** The keys are in memory: nothing waits. */
const PATIENCE_MS = 1000;

const ANONYMOUS: JudgedCaller = { kind: 'accepted', token: null };
const NO_TOKEN: JudgedCaller = { kind: 'refused', code: 'missing_token' };
