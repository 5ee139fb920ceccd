import { GatewayAdvice } from '../authorizer/gateway-advice.ts';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { type AuthorizerSettings, parseAuthorizerOptions, settingsFor } from '../authorizer/settings.ts';
import { FAULTS, REFUSALS } from '../decision/codes.ts';
import type { Decision } from '../decision/decision.ts';
import { OptionError } from '../decision/errors.ts';
import { apiOf } from '../gateways/api-name.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { credentialOf } from '../gateways/reading/request-view.ts';
import type { DecidedPhase } from '../invocation/invocation.ts';
import type { ApiBook } from '../rules/api-books.ts';
import { defined } from '../util/defined.ts';
import { clientAnswer, type GatewayReading, readAsGateway, UNREADABLE } from './client-answer.ts';
import { explainedToken, shownLine } from './explained-token.ts';
import type {
  ExplainedCache,
  ExplainedDecision,
  ExplainedPolicy,
  ExplainedRequest,
  Explanation,
} from './explanation.ts';
import { foundRoute } from './found-route.ts';
import { judgedRules } from './judged-rules.ts';
import { type Observed, type ObservedChain, observeChain } from './observed-chain.ts';
import { optionOf } from './option-of.ts';
import { remediesFor } from './remedies.ts';
import { replayedRoutes } from './replayed-routes.ts';
import { createResigner, type Resigner } from './resigned-token.ts';

/** How the tokens of the explained requests are verified. */
export type Verification =
  /** With the keys of their issuers, which are fetched as the authorizer fetches them. */
  | 'keys'
  /** Not: a key of this process signs their claims anew, and every other check is made. Nothing is fetched. */
  | 'resigned';

/** What an explanation contains besides what the log line has. */
export interface Shown {
  /** Names of claims whose values it contains; `'all'` = all, and what the log line says of the caller. Default: none. */
  readonly claims?: readonly string[] | 'all';
  /** Whether it contains the policy document. Default false. */
  readonly policy?: boolean;
}

/** Explains requests to one authorizer. */
export interface Explainer {
  /** With {@link Verification} `resigned`: signs the tokens of the events to explain. */
  readonly resigner: Resigner;
  readonly settings: AuthorizerSettings;
  /**
   * @param event - of any gateway, as Lambda gets it; with `resigned`, its token is one of {@link resigner}
   * @throws {OptionError} for an event without a request
   */
  explain(event: unknown, shown?: Shown): Promise<Explanation>;
}

/**
 * Creates an explainer. It runs the chain of `auth0Authorizer` with these options, once a request.
 *
 * @throws {OptionError} for options that make no sense
 * @example
 * const explainer = await createExplainer(options, 'resigned');
 * const token = explainer.resigner.fromClaims({ scope: 'read:orders' });
 * const { decision, rules } = await explainer.explain(eventFor('rest-request', { token, path: '/orders' }));
 */
export async function createExplainer(
  options: AuthorizerOptions,
  verification: Verification,
): Promise<Explainer> {
  const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
  const settings = parseAuthorizerOptions(options, { AUTH0_DOMAIN, AUTH0_AUDIENCE });
  const resigner = createResigner(options, settings);
  const chain = await observeChain(verification === 'resigned' ? resigner.options : options);
  const engine = new Engine(options, settings, chain, verification);
  return { resigner, settings, explain: (event, shown = {}) => engine.explain(event, shown) };
}

class Engine {
  readonly #options: AuthorizerOptions;
  readonly #settings: AuthorizerSettings;
  readonly #chain: ObservedChain;
  readonly #verification: Verification;
  readonly #advice = new Map<ApiBook, GatewayAdvice>();

  constructor(
    options: AuthorizerOptions,
    settings: AuthorizerSettings,
    chain: ObservedChain,
    verification: Verification,
  ) {
    this.#options = options;
    this.#settings = settings;
    this.#chain = chain;
    this.#verification = verification;
  }

  async explain(event: unknown, shown: Shown): Promise<Explanation> {
    const observed = await this.#chain(event);
    if (observed.line === null) {
      throw new OptionError(
        'event',
        'is a warm-up ping or a schedule, which the authorizer answers with nothing',
      );
    }
    const phase = observed.invocation.phase as DecidedPhase;
    const { decision, request } = phase;
    return {
      decision: explainedDecision(decision),
      request: request === null ? null : explainedRequest(request),
      token: explainedToken(observed.invocation, decision, this.#verification, shown.claims ?? []),
      ...this.#ofRequest(observed, request, shown),
      remedies: decision.outcome === 'allow' ? [] : remediesFor(decision.code),
      notices: observed.notices,
      caveats: this.#caveats(),
      log: shownLine(observed.line, shown.claims ?? []),
    };
  }

  #ofRequest(observed: Observed, request: AuthorizationRequest | null, shown: Shown): OfRequest {
    if (request === null) return NOT_READ;
    const reading = readAsGateway(observed.invoked, request, this.#settings.serializer.httpApiResponse);
    const client = clientAnswer(reading, request.gateway, credentialOf(request));
    const book = this.#settings.books.bookOf(request);
    if (book === null) return { ...NOT_READ, client };
    const { judging } = observed.invocation.phase;
    // Without a verified token the chain looks for no route. The route does not depend on the token.
    const known = judging ?? book.rules.begin(request, null);
    const routes = replayedRoutes(reading.answer, request, judging, book.rules);
    const route = foundRoute(known, book.rules);
    return {
      route,
      rules: judgedRules(known, judging !== null, (rule) =>
        optionOf(rule, route.keys, this.#options, book.api),
      ),
      client,
      policy: explainedPolicy(reading, observed, routes, shown),
      cache: { advice: this.#adviceFor(book, request), routes },
    };
  }

  #adviceFor(book: ApiBook, { gateway }: AuthorizationRequest): ExplainedCache['advice'] {
    let advice = this.#advice.get(book);
    if (advice === undefined) {
      advice = new GatewayAdvice(settingsFor(this.#settings, book));
      this.#advice.set(book, advice);
    }
    return advice.advice(gatewayOfKind(gateway));
  }

  #caveats(): readonly string[] {
    const { revocations, dpop, mtls } = this.#options;
    const isResigned = this.#verification === 'resigned';
    const caveats = [
      revocations !== undefined &&
        'Not checked: revocations. The list is not read, so a revoked token may pass here.',
      isResigned &&
        (dpop ?? mtls) !== undefined &&
        'Not checked, if the token is made from claims: the proof of possession of a bound token.',
      dpop !== undefined && 'Not checked: replay. A DPoP proof that was used before may pass here.',
      'Your handler and other middlewares are not run.',
    ];
    return caveats.filter((caveat) => caveat !== false);
  }
}

type OfRequest = Pick<Explanation, 'route' | 'rules' | 'client' | 'policy' | 'cache'>;

const NOT_READ: OfRequest = { route: null, rules: [], client: UNREADABLE, policy: null, cache: null };

function explainedDecision(decision: Decision): ExplainedDecision {
  switch (decision.outcome) {
    case 'allow':
      return { outcome: 'allow' };
    case 'deny': {
      const { outcome, code, status, rule, detail } = decision;
      return defined({ outcome, code, status, advice: REFUSALS[code].advice, rule, detail });
    }
    case 'fault': {
      const { outcome, code, rule, cause } = decision;
      return defined({ outcome, code, advice: FAULTS[code], rule, error: errorText(cause as Error) });
    }
  }
}

/** The messages of an error and its causes, as far as they say something new. */
function errorText({ message, cause }: Error): string {
  return cause instanceof Error && !message.includes(cause.message)
    ? `${message}: ${errorText(cause)}`
    : message;
}

function explainedRequest(request: AuthorizationRequest): ExplainedRequest {
  const { gateway, method, path, otherPaths, routeTemplate, clientIp, headers } = request;
  const credential = credentialOf(request);
  return {
    gateway,
    api: apiOf(request),
    method,
    path,
    otherPaths,
    gatewayRoute: routeTemplate,
    clientIp,
    headers: Object.keys(headers),
    credential: credential.kind === 'refused' ? credential.code : credential.kind,
  };
}

function explainedPolicy(
  { answer }: GatewayReading,
  { invocation }: Observed,
  routes: ExplainedCache['routes'],
  shown: Shown,
): ExplainedPolicy | null {
  const document = answer?.answer.policyDocument;
  if (document === undefined) return null;
  const { shortfall } = invocation.phase as DecidedPhase;
  const allows = routes.filter(({ cached }) => cached === 'allow').length;
  return defined({
    allows,
    denies: routes.length - allows,
    bytes: Buffer.byteLength(JSON.stringify(document)),
    shortfall: shortfall?.kind,
    leftOut: shortfall?.kind === 'partial' ? shortfall.leftOut : undefined,
    document: shown.policy === true ? document : undefined,
  });
}
