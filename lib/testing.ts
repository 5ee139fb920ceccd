// A test, from the issuer to the decision.

export { decide } from './testing/decide.ts';
export type { EncryptionKey } from './testing/encrypt-token.ts';
export type { Replayable, TestAllow, TestDecision, TestDeny, TestFault } from './testing/test-decision.ts';
export {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TestIssuerTrust,
} from './testing/test-issuer.ts';
export type { AgentTokenOptions, TestTokenOptions, TokenMaker } from './testing/test-tokens.ts';

// What bound tokens are bound to.

export { clientCertificate, type TestCertificate } from './testing/client-certificate.ts';
export { type DpopProofOptions, dpopKey, dpopProof, type TestDpopKey } from './testing/dpop-proof.ts';

// The events of the gateways.

export {
  type AppSyncEventsAuthorizerEvent,
  type AppSyncEventsOperation,
  type AppSyncEventsOptions,
  type AppSyncGraphqlOptions,
  appSyncEventsEvent,
  appSyncGraphqlEvent,
} from './testing/appsync-events.ts';
export { eventFor } from './testing/event-for.ts';
export type { EventOptions } from './testing/event-options.ts';
export { type HttpApi1AuthorizerEvent, httpApi1Event, httpApi2Event } from './testing/http-api-events.ts';
export { restRequestEvent, restTokenEvent } from './testing/rest-events.ts';
export { type WebSocketAuthorizerEvent, webSocketEvent } from './testing/websocket-event.ts';

// The steps of `decide`, for emulators and tests that need one alone.

export {
  type AuthorizerAnswer,
  type ReadAnswer,
  type ReadAnswerOptions,
  readAnswer,
} from './testing/answer.ts';
export {
  type Invocation,
  type InvocationOptions,
  invokeAsLambda,
  type TestedHandler,
} from './testing/invocation.ts';
export { lambdaContext } from './testing/lambda-context.ts';
