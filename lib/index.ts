// The authorizer.

export type { CallerFunction } from './answer/caller-parts.ts';
export type { HandlerResult } from './answer/handler-result.ts';
export { type AuthorizerChain, auth0Authorizer } from './authorizer/auth0-authorizer.ts';
export type {
  AuthorizerOptions,
  CachedPolicyOptions,
  ConditionsOptions,
  TraceOptions,
} from './authorizer/options.ts';
export type { ReadyOptions } from './authorizer/ready.ts';
export type { Auth0Context, AuthorizerMiddleware } from './invocation/auth0-context.ts';

// Its middlewares, each usable alone.

export { auth0JwtVerifier, type StandaloneVerifierOptions } from './middlewares/auth0-jwt-verifier.ts';
export { decisionLogger } from './middlewares/decision-logger.ts';
export { type HeaderParserOptions, headerParser } from './middlewares/header-parser.ts';
export type { DecisionLoggerOptions } from './middlewares/logger-options.ts';
export { policySerializer } from './middlewares/policy-serializer.ts';
export { type RequestRulesOptions, requestRules } from './middlewares/request-rules.ts';
export type { PolicySerializerOptions } from './middlewares/serializer-options.ts';

// Caching: the key that options need, and the evaluation of policies.

export type { CacheAdvice } from './authorizer/cache-advice.ts';
export type { DenialLists } from './authorizer/denial-lists.ts';
export { identitySources } from './authorizer/identity-sources.ts';
export type { ExecuteApiArn } from './iam/arn.ts';
export {
  type EvaluablePolicy,
  type EvaluableStatement,
  evaluatePolicy,
  type PolicyRequest,
  type PolicyVerdict,
} from './iam/evaluate.ts';
export type { ConditionContext } from './iam/evaluate-condition.ts';
export type { PolicyDocument, PolicyStatement } from './iam/policy-document.ts';
export type { ReservedValues } from './policy-compiler/denial-analysis.ts';

// Rules and routes.

export type { EncodedSlashes } from './routes/encoded-slashes.ts';
export type { ApiOptions, ApiRules, ApisOptions } from './rules/api-options.ts';
export type { AudienceRule } from './rules/kinds/audience.ts';
export type { AuthenticationRule } from './rules/kinds/authentication.ts';
export type { AuthorizationDetailsRule } from './rules/kinds/authorization-details.ts';
export type { BoundRule } from './rules/kinds/bound.ts';
export type { CallersRule } from './rules/kinds/callers.ts';
export type { ClaimExpectation, ClaimPredicate, ClaimPresence, ClaimsRule } from './rules/kinds/claims.ts';
export type { ClientsRule } from './rules/kinds/clients.ts';
export type { CountryRule } from './rules/kinds/country.ts';
export type { CountryLookup, CountrySource, ProvenHeader } from './rules/kinds/country-source.ts';
export type { CustomCheck, CustomRule, CustomRuleInput } from './rules/kinds/custom.ts';
export type { HeaderProof } from './rules/kinds/header-proof.ts';
export type { IpRule } from './rules/kinds/ip.ts';
export type { ForwardedSource, IpSource, ViewerAddressSource } from './rules/kinds/ip-source.ts';
export type { OrganizationRule } from './rules/kinds/organization.ts';
export type { RequiredNames } from './rules/kinds/scope-lists.ts';
export type { RouteRules, RoutesOptions, RulesOptions } from './rules/rule-options.ts';
export type { RuleReport } from './rules/rule-report.ts';

// Tokens and their verification.

export { type CallerKind, callerKind } from './token/caller-kind.ts';
export { tenantId } from './token/organization.ts';
export type { SignatureAlgorithm } from './token/signature.ts';
export type { AccessTokenClaims, ClaimValue, VerifiedToken } from './token/verified-token.ts';
export type {
  Auth0JwtVerifierOptions,
  DomainAudience,
  IssuerAudience,
  TokenCacheOptions,
} from './token/verifier-options.ts';

// Requests and gateways.

export type { AuthorizationRequest, GatewayKind, TokenPlace, TokenSource } from './gateways/gateway.ts';
export type { Credential, TokenCredential, TokenScheme } from './token/credential.ts';

// Keys.

export type { JwksFetch, JwksFetchResponse } from './jwks/custom-fetch.ts';
export type { KeyFlaw } from './jwks/import-key.ts';
export type { IgnoredKey } from './jwks/import-keys.ts';
export type { JsonWebKeyLike, JsonWebKeySetLike, JwksOptions } from './jwks/jwks-options.ts';
export type { KeyEvent } from './jwks/key-events.ts';
export type { KeySetStatus } from './jwks/key-set-status.ts';
export type { KeyStore } from './jwks/key-store.ts';

// Revocations.

export type { RevocationKind } from './revocations/record.ts';
export { RevocationsError, type RevocationsErrorCode } from './revocations/revocations-error.ts';
export type { RevocationEvent, RevocationsOptions } from './revocations/revocations-options.ts';

// Decisions and their codes.

export { FAULTS, type FaultCode, REFUSALS, type RefusalCode } from './decision/codes.ts';
export type {
  Allow,
  AuthorizerContext,
  ContextValue,
  Decision,
  Deny,
  Fault,
  KeyState,
  Refusal,
  StepUpChallenge,
  VerifiedBy,
} from './decision/decision.ts';

// The log.

export type { IdleEvent } from './gateways/idle-event.ts';
export type {
  AudiencesLine,
  HandlerLine,
  HookFailureLine,
  IdleEventLine,
  KeyStoreLine,
  LostAnswerLine,
  Notice,
  RevocationsLine,
  SetUpLine,
  UndeclaredRouteLine,
} from './invocation/notice.ts';
export type { DecisionLog } from './middlewares/decision-log.ts';
export type { LogLine } from './middlewares/log-line.ts';

// Hooks, metrics and traces.

export type { DecisionTracer, TraceSegment, TraceSubsegment } from './invocation/trace.ts';
export type { DecisionFacts, DecisionHook } from './observing/decision-hook.ts';
export type { MetricsLike } from './observing/metrics-options.ts';

// Errors.

export {
  AuthorizerError,
  AuthorizerFault,
  Forbidden,
  OptionError,
  Refused,
  Unauthorized,
} from './decision/errors.ts';
export { JwksError, type JwksErrorCode } from './jwks/jwks-error.ts';
