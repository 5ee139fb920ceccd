import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide, eventFor, type TestDecision } from '../../lib/testing.ts';
import { CALLER_KINDS, callerTokens, type KnownKind } from '../support/caller-tokens.ts';
import { EVERY_GATEWAY, type GatewayCase } from '../support/every-gateway.ts';
import { middy } from '../support/middy.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });

/** Codes of the implied rule and of `callers: { allow }` for a caller of a kind that is not allowed. */
const CODES: Readonly<Record<KnownKind, string>> = {
  user: 'caller_not_allowed',
  machine: 'caller_not_allowed',
  agent: 'caller_not_allowed',
  anonymous: 'anonymous_not_allowed',
};

/** Whose answers API Gateway caches as policies, which it applies to other paths. */
const PATH_KINDS = ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'];

function handlerOf({ httpApiResponse }: GatewayCase, options: AuthorizerOptions) {
  const response = httpApiResponse === undefined ? {} : { httpApiResponse };
  return middy().use(
    auth0Authorizer({ logger: false, unauthorized: 'deny', ...response, ...options, ...issuer.options }),
  );
}

function expectDecision(decision: TestDecision, kind: KnownKind, isAllowed: boolean): void {
  expect(decision.outcome, kind).to.equal(isAllowed ? 'allow' : 'deny');
  if (decision.outcome === 'deny') expect(decision.refusal).to.equal(CODES[kind]);
}

describe('kinds of callers', () => {
  for (const gateway of EVERY_GATEWAY) {
    const { kind, name, httpApiResponse } = gateway;

    it(`are judged on ${name}: new tokens, known ones, and a repeated answer`, async () => {
      for (const allowed of CALLER_KINDS) {
        const handler = handlerOf(gateway, { rules: { callers: { allow: [allowed] } } });
        for (const caller of CALLER_KINDS) {
          for (const token of callerTokens(issuer, caller)) {
            for (const _ of ['new', 'known']) {
              const decision = await decide(handler, eventFor(kind, { token, path: '/orders' }));
              expectDecision(decision, caller, caller === allowed);
              expect(decision.allowsFromCache('GET', '/orders'), caller).to.equal(caller === allowed);
            }
          }
        }
      }
    });

    it(`are all admitted without rules on ${name}, but anonymous sessions`, async () => {
      for (const options of [{}, { routes: { $default: {} } }]) {
        const handler = handlerOf(gateway, options);
        for (const caller of CALLER_KINDS) {
          for (const token of callerTokens(issuer, caller)) {
            const decision = await decide(handler, eventFor(kind, { token }));
            expectDecision(decision, caller, caller !== 'anonymous');
          }
        }
      }
    });

    if (!PATH_KINDS.includes(kind) || httpApiResponse !== undefined) continue;

    it(`may use the routes of their kind by any cached policy on ${name}`, async () => {
      const routes = Object.fromEntries(
        CALLER_KINDS.map((allowed) => [`GET /${allowed}`, { callers: { allow: [allowed] } }]),
      );
      const handler = handlerOf(gateway, { routes, undeclared: 'absent' });
      for (const caller of CALLER_KINDS) {
        for (const token of callerTokens(issuer, caller)) {
          for (const first of CALLER_KINDS) {
            const decision = await decide(handler, eventFor(kind, { token, path: `/${first}` }));
            expectDecision(decision, caller, caller === first);
            const open = CALLER_KINDS.filter((other) => decision.allowsFromCache('GET', `/${other}`));
            expect(open).to.deep.equal([caller]);
          }
        }
      }
    });
  }
});
