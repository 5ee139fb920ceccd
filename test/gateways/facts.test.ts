import { expect } from 'chai';
import type { AuthorizerContext, Decision } from '../../lib/decision/decision.ts';
import { takesPolicy } from '../../lib/gateways/facts.ts';
import type { AnswerSettings } from '../../lib/gateways/gateway.ts';
import { gatewayOfKind } from '../../lib/gateways/index.ts';
import { fieldsOf } from '../../lib/gateways/reading/event-fields.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';

const POLICY = { Version: '2012-10-17', Statement: [] } as const;
const CONTEXT: AuthorizerContext = { plan: 'gold' };
const ALLOW = {
  outcome: 'allow',
  principalId: 'p',
  context: CONTEXT,
  usageIdentifierKey: 'key',
  expiresAt: null,
} as Decision;
const DENY = { outcome: 'deny', status: 401, code: 'invalid_signature', context: CONTEXT } as Decision;

for (const { name, kind, event, httpApiResponse = 'iam' } of EVERY_GATEWAY) {
  const gateway = gatewayOfKind(kind);
  const { sends, routeKinds, context, unauthorized, metersUsage } = gateway;
  const request = gateway.read(event({ token: 'a.b.c' }), {});

  describe(`The facts of ${name}`, () => {
    it('say what an event carries', () => {
      expect(Object.keys(request.headers).length > 0).to.equal(sends.headers);
      expect(request.clientIp !== null).to.equal(sends.address);
    });

    if (sends.certificate) {
      it('say that an event carries the certificate', () => {
        expect(gateway.read(event({ clientCertificate: 'PEM' }), {}).clientCertificate).to.equal('PEM');
      });
    }

    it('say which kinds of routes a request can match', () => {
      expect(request.path !== null).to.equal(routeKinds.includes('path'));
      expect(gateway.routing !== null).to.equal(routeKinds.includes('path'));
      expect(request.routeTemplate === '$connect').to.equal(routeKinds.includes('connect'));
    });

    describe('say how it is answered', () => {
      const settings = { httpApiResponse, unauthorized: undefined, ttl: 0, now: 0 } as const;
      const policy = takesPolicy(gateway, httpApiResponse) ? POLICY : null;
      const answered = (decision: Decision) =>
        gateway.answer(decision, { ...settings, policy } as AnswerSettings);
      const responded = (decision: Decision) => fieldsOf(fieldsOf(answered(decision)).response);

      it('with a policy or without', () => {
        expect('policyDocument' in responded(ALLOW)).to.equal(policy !== null);
        expect('isAuthorized' in responded(ALLOW)).to.equal(policy === null);
      });

      it('with the context in one field, and a usage key if it meters usage', () => {
        const response = responded(ALLOW);
        expect(response[context.field]).to.deep.equal(CONTEXT);
        expect('usageIdentifierKey' in response).to.equal(metersUsage);
      });

      it('unless the context has a reserved name', () => {
        const reserved = { ...ALLOW, context: { claims: 'x' } } as Decision;
        expect(answered(reserved).kind).to.equal('unusable context');
      });

      it('to refuse a token', () => {
        expect(answered(DENY).kind).to.equal(unauthorized === 'throw' ? 'throw' : 'response');
      });
    });
  });
}
