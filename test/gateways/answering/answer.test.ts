import { expect } from 'chai';
import { FAULTS, type FaultCode } from '../../../lib/decision/codes.ts';
import type { Allow, Deny, Fault } from '../../../lib/decision/decision.ts';
import { AuthorizerFault } from '../../../lib/decision/errors.ts';
import type { AnswerSettings, GatewayAnswer, GatewayKind } from '../../../lib/gateways/gateway.ts';
import { gatewayOfKind } from '../../../lib/gateways/index.ts';
import type { PolicyDocument } from '../../../lib/iam/policy-document.ts';

const REST: GatewayKind[] = ['rest-token', 'rest-request'];
const HTTP: GatewayKind[] = ['http-api-1.0', 'http-api-2.0'];
const IAM: GatewayKind[] = [...REST, ...HTTP, 'websocket'];
const APPSYNC: GatewayKind[] = ['appsync-graphql', 'appsync-events'];

const NOW = 1_800_000_000;

function policy(effect: 'Allow' | 'Deny'): PolicyDocument {
  const Resource = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*';
  return { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource }] };
}

function settings(overrides: Partial<AnswerSettings> = {}): AnswerSettings {
  return {
    accountId: null,
    policy: policy('Allow'),
    httpApiResponse: 'iam',
    unauthorized: undefined,
    showsChallenge: false,
    ttl: 300,
    now: NOW,
    ...overrides,
  };
}

function allow(overrides: Partial<Allow> = {}): Allow {
  return {
    outcome: 'allow',
    principalId: 'auth0|abc',
    route: null,
    context: {},
    expiresAt: NOW + 86_400,
    ...overrides,
  };
}

const UNTRUSTED: Deny = {
  outcome: 'deny',
  code: 'token_expired',
  status: 401,
  principalId: null,
  route: null,
};
const FORBIDDEN: Deny = {
  outcome: 'deny',
  code: 'insufficient_scope',
  rule: 'scopes',
  status: 403,
  principalId: 'auth0|abc',
  route: null,
};

function responseOf(answer: GatewayAnswer): unknown {
  expect(answer.kind).to.equal('response');
  return (answer as { response: unknown }).response;
}

function errorOf(answer: GatewayAnswer): Error {
  expect(answer.kind).to.equal('throw');
  return (answer as { error: Error }).error;
}

describe('the answer of a gateway', () => {
  describe('to an allow', () => {
    it('is the policy with the principal, on gateways that take a policy', () => {
      for (const kind of IAM) {
        expect(responseOf(gatewayOfKind(kind).answer(allow(), settings())), kind).to.deep.equal({
          principalId: 'auth0|abc',
          policyDocument: policy('Allow'),
        });
      }
    });

    it('carries the context', () => {
      const decision = allow({ context: { tier: 'gold', age: 42, ok: true } });
      for (const kind of IAM) {
        expect(responseOf(gatewayOfKind(kind).answer(decision, settings())), kind)
          .to.have.property('context')
          .that.deep.equals({ tier: 'gold', age: 42, ok: true });
      }
    });

    it('carries the usage identifier key on REST APIs only', () => {
      const decision = allow({ usageIdentifierKey: 'key-value' });
      for (const kind of IAM) {
        const response = responseOf(gatewayOfKind(kind).answer(decision, settings()));
        if (REST.includes(kind)) expect(response, kind).to.have.property('usageIdentifierKey', 'key-value');
        else expect(response, kind).not.to.have.property('usageIdentifierKey');
      }
    });

    it('is a boolean for the simple response of HTTP API 2.0, a policy everywhere else', () => {
      const simple = settings({ httpApiResponse: 'simple' });
      const two = gatewayOfKind('http-api-2.0');
      expect(responseOf(two.answer(allow(), simple))).to.deep.equal({ isAuthorized: true });
      expect(responseOf(two.answer(allow({ context: { roles: ['a'] } }), simple))).to.deep.equal({
        isAuthorized: true,
        context: { roles: ['a'] },
      });
      expect(responseOf(two.answer(allow(), { ...simple, policy: null }))).to.deep.equal({
        isAuthorized: true,
      });
      expect(responseOf(gatewayOfKind('http-api-1.0').answer(allow(), simple))).to.have.property(
        'policyDocument',
      );
    });

    it('is a boolean with its ttlOverride on AppSync, the context under the field of each API', () => {
      const decision = allow({ context: { tier: 'gold' } });
      const appSync = settings({ policy: null });
      expect(responseOf(gatewayOfKind('appsync-graphql').answer(decision, appSync))).to.deep.equal({
        isAuthorized: true,
        resolverContext: { tier: 'gold' },
        ttlOverride: 300,
      });
      expect(responseOf(gatewayOfKind('appsync-events').answer(decision, appSync))).to.deep.equal({
        isAuthorized: true,
        handlerContext: { tier: 'gold' },
        ttlOverride: 300,
      });
    });

    it("has a ttlOverride on AppSync within the option and the token's exp", () => {
      const cases: [expiresAt: number | null, ttl: number, expected: number][] = [
        [NOW + 100, 300, 100],
        [NOW + 100.9, 300, 100],
        [NOW + 300, 100, 100],
        [NOW, 300, 0],
        [NOW - 4, 300, 0],
        [NOW + 100, 0, 0],
        [null, 300, 300],
      ];
      for (const kind of APPSYNC) {
        for (const [expiresAt, ttl, expected] of cases) {
          const response = responseOf(gatewayOfKind(kind).answer(allow({ expiresAt }), settings({ ttl })));
          expect(response).to.deep.equal({ isAuthorized: true, ttlOverride: expected });
        }
      }
    });

    it('throws internal_error without the policy that it contains', () => {
      for (const kind of IAM) {
        for (const decision of [allow(), FORBIDDEN]) {
          expect(() => gatewayOfKind(kind).answer(decision, settings({ policy: null })))
            .to.throw(AuthorizerFault)
            .with.property('code', 'internal_error');
        }
      }
    });
  });

  describe('to a refusal with 401', () => {
    it('throws exactly `Unauthorized` on REST and WebSocket APIs', () => {
      for (const kind of [...REST, 'websocket'] as const) {
        const error = errorOf(gatewayOfKind(kind).answer(UNTRUSTED, settings({ policy: policy('Deny') })));
        expect(error.message, kind).to.equal('Unauthorized');
        expect(error, kind).to.be.instanceOf(Error);
      }
    });

    it('denies there with unauthorized: deny', () => {
      for (const kind of [...REST, 'websocket'] as const) {
        const answer = gatewayOfKind(kind).answer(
          UNTRUSTED,
          settings({ policy: policy('Deny'), unauthorized: 'deny' }),
        );
        expect(responseOf(answer), kind).to.deep.equal({
          principalId: 'anonymous',
          policyDocument: policy('Deny'),
          context: { refusal: 'token_expired' },
        });
      }
    });

    it('denies on HTTP APIs, and throws there only with unauthorized: throw', () => {
      for (const httpApiResponse of ['iam', 'simple'] as const) {
        for (const kind of HTTP) {
          const answer = (unauthorized: 'throw' | 'deny' | undefined) =>
            gatewayOfKind(kind).answer(
              UNTRUSTED,
              settings({ policy: policy('Deny'), httpApiResponse, unauthorized }),
            );
          for (const choice of [undefined, 'deny'] as const) {
            expect(responseOf(answer(choice)), kind).to.have.deep.property('context', {
              refusal: 'token_expired',
            });
          }
          expect(errorOf(answer('throw')).message, kind).to.equal('Unauthorized');
        }
      }
    });
  });

  describe('to a refusal with 403', () => {
    it('is the deny policy with the principal and the refusal code, and is never thrown', () => {
      for (const kind of IAM) {
        for (const unauthorized of [undefined, 'throw', 'deny'] as const) {
          const answer = gatewayOfKind(kind).answer(
            FORBIDDEN,
            settings({ policy: policy('Deny'), unauthorized }),
          );
          expect(responseOf(answer), kind).to.deep.equal({
            principalId: 'auth0|abc',
            policyDocument: policy('Deny'),
            context: { refusal: 'insufficient_scope' },
          });
        }
      }
    });

    it('is `isAuthorized: false` with the refusal code as a simple response', () => {
      const answer = gatewayOfKind('http-api-2.0').answer(
        FORBIDDEN,
        settings({ httpApiResponse: 'simple', policy: null }),
      );
      expect(responseOf(answer)).to.deep.equal({
        isAuthorized: false,
        context: { refusal: 'insufficient_scope' },
      });
    });
  });

  it('to any refusal is `isAuthorized: false` on AppSync, and is not cached', () => {
    for (const kind of APPSYNC) {
      for (const decision of [UNTRUSTED, FORBIDDEN]) {
        for (const unauthorized of [undefined, 'throw', 'deny'] as const) {
          const answer = gatewayOfKind(kind).answer(decision, settings({ unauthorized }));
          expect(responseOf(answer), kind).to.deep.equal({ isAuthorized: false, ttlOverride: 0 });
        }
      }
    }
  });

  it('to a fault is a throw on every gateway, with its code and its cause, and no text of the cause', () => {
    const cause = new Error('secret');
    for (const kind of [...IAM, ...APPSYNC]) {
      for (const httpApiResponse of ['iam', 'simple'] as const) {
        for (const code of Object.keys(FAULTS) as FaultCode[]) {
          const fault: Fault = { outcome: 'fault', code, cause };
          const error = errorOf(
            gatewayOfKind(kind).answer(fault, settings({ httpApiResponse, policy: null })),
          );
          expect(error).to.be.instanceOf(AuthorizerFault).and.include({ code, cause });
          expect(error.message).to.match(new RegExp(`^${code}: `));
          expect(error.message).not.to.include('secret');
          expect(error.message).not.to.equal('Unauthorized');
        }
      }
    }
  });
});
