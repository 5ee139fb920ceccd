import { expect } from 'chai';
import fc from 'fast-check';
import type { Allow, AuthorizerContext } from '../../../lib/decision/decision.ts';
import { AuthorizerFault } from '../../../lib/decision/errors.ts';
import type { AnswerSettings, GatewayKind } from '../../../lib/gateways/gateway.ts';
import { gatewayOfKind } from '../../../lib/gateways/index.ts';

const SETTINGS: AnswerSettings = {
  policy: { Version: '2012-10-17', Statement: [] },
  httpApiResponse: 'iam',
  unauthorized: undefined,
  ttl: 0,
  now: 0,
};

const SCALARS: GatewayKind[] = ['rest-token', 'rest-request', 'http-api-1.0', 'websocket'];
const APPSYNC = { 'appsync-graphql': 'resolverContext', 'appsync-events': 'handlerContext' } as const;
const ALL: GatewayKind[] = [...SCALARS, 'http-api-2.0', 'appsync-graphql', 'appsync-events'];

function answered(
  kind: GatewayKind,
  context: AuthorizerContext,
  httpApiResponse: 'iam' | 'simple' = 'iam',
): Record<string, unknown> {
  const decision: Allow = { outcome: 'allow', principalId: 'a', route: null, context, expiresAt: 0 };
  const answer = gatewayOfKind(kind).answer(decision, { ...SETTINGS, httpApiResponse });
  expect(answer.kind).to.equal('response');
  return (answer as { response: Record<string, unknown> }).response;
}

function decoded(value: unknown): unknown {
  expect(value).to.match(/^[\w-]+$/);
  return JSON.parse(Buffer.from(value as string, 'base64url').toString());
}

describe('the context of an allow', () => {
  const structured = { roles: ['a', 'ü'], org: { id: 1, tags: [null, true] } };

  it('keeps scalars as they are where the gateway takes scalars', () => {
    const scalars = { text: 'x', empty: '', number: 1.5, zero: 0, yes: true, no: false };
    for (const kind of [...SCALARS, 'http-api-2.0'] as const) {
      expect(answered(kind, scalars).context, kind).to.deep.equal(scalars);
    }
  });

  it('keeps lists and objects on HTTP API 2.0, in both forms of its answer', () => {
    for (const form of ['iam', 'simple'] as const) {
      expect(answered('http-api-2.0', structured, form).context).to.deep.equal(structured);
    }
  });

  it('turns lists and objects into base64url of their JSON where they would break the answer', () => {
    for (const kind of SCALARS) {
      const context = answered(kind, structured).context as Record<string, unknown>;
      expect(decoded(context.roles), kind).to.deep.equal(structured.roles);
      expect(decoded(context.org), kind).to.deep.equal(structured.org);
    }
  });

  it('is made of strings alone on AppSync', () => {
    for (const [kind, field] of Object.entries(APPSYNC)) {
      const response = answered(kind as GatewayKind, { text: 'x', number: 1.5, yes: true, ...structured });
      const context = response[field] as Record<string, unknown>;
      expect(context, kind).to.include({ text: 'x', number: '1.5', yes: 'true' });
      expect(decoded(context.org), kind).to.deep.equal(structured.org);
    }
  });

  it('leaves out null and undefined, and itself when nothing is left', () => {
    for (const kind of ALL) {
      const response = answered(kind, { a: null, b: undefined });
      for (const field of ['context', 'resolverContext', 'handlerContext']) {
        expect(response, kind).not.to.have.property(field);
      }
    }
    expect(answered('rest-request', { a: null, b: 1 }).context).to.deep.equal({ b: 1 });
  });

  it('takes objects without a prototype, and drops what is undefined in them', () => {
    const bare = Object.assign(Object.create(null), { a: 1, b: undefined });
    const { context } = answered('rest-request', { bare }) as { context: Record<string, unknown> };
    expect(decoded(context.bare)).to.deep.equal({ a: 1 });
  });

  it('is a fault that names the key, and no value, for what cannot be carried', () => {
    const circular: Record<string, unknown> = { secret: 'secret' };
    circular.self = circular;
    const bad: unknown[] = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      () => 'secret',
      Symbol('secret'),
      10n,
      new Date(0),
      new Map([['secret', 1]]),
      { nested: Number.NaN },
      { nested: ['secret', () => 1] },
      { toJSON: () => 'secret' },
      [undefined],
      [10n],
      circular,
    ];
    for (const kind of ALL) {
      for (const value of bad) {
        expect(() => answered(kind, { culprit: value } as AuthorizerContext), kind)
          .to.throw(AuthorizerFault, /culprit/)
          .that.satisfies((fault: AuthorizerFault) => {
            return fault.code === 'handler_result' && !fault.message.includes('secret');
          });
      }
    }
  });

  it('is a fault under a reserved name', () => {
    const reserved = ['claims', 'principalId', 'integrationLatency', '__proto__', 'constructor', 'prototype'];
    for (const kind of ALL) {
      for (const key of reserved) {
        const context = JSON.parse(`{ "${key}": "x" }`) as AuthorizerContext;
        expect(() => answered(kind, context), kind)
          .to.throw(AuthorizerFault, `'${key}' is a reserved name`)
          .with.property('code', 'handler_result');
      }
    }
  });

  it('is a fault beyond 8192 bytes of UTF-8 for the whole answer, never cut', () => {
    const room = 8192 - Buffer.byteLength(JSON.stringify(answered('rest-request', { large: '' })));
    expect(answered('rest-request', { large: 'x'.repeat(room) })).to.have.nested.property('context.large');
    for (const large of ['x'.repeat(room + 1), 'ü'.repeat(room / 2 + 1)]) {
      expect(() => answered('rest-request', { small: 'secret', large, tiny: 1 }))
        .to.throw(AuthorizerFault, /^the answer has \d+ bytes, .* context key is 'large'$/)
        .with.property('code', 'handler_result');
    }
    for (const kind of [...SCALARS, 'http-api-2.0'] as const) {
      expect(() => answered(kind, { large: 'x'.repeat(8192) }), kind).to.throw(AuthorizerFault, /'large'/);
    }
    expect(() => answered('http-api-2.0', { large: 'x'.repeat(8192) }, 'simple')).to.throw(AuthorizerFault);
  });

  it('is a fault exactly when the answer as JSON has more than 8192 bytes, whatever is in it', () => {
    const unit = fc.constantFrom('x', 'ü', '€', '🙂', '"', '\\', '\n', '\u0001', '\ud800');
    const filler = fc.tuple(unit, fc.integer({ min: 1200, max: 8300 }));
    const extra = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 8 }).map((key) => `k${key}`),
      fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
      { maxKeys: 4 },
    );
    const resource = fc.oneof(
      fc.constant('arn/*'),
      fc.array(fc.constant('arn/GET/orders'), { minLength: 2 }),
    );
    fc.assert(
      fc.property(filler, extra, resource, fc.boolean(), ([character, bytes], more, Resource, frozen) => {
        const size = Buffer.byteLength(JSON.stringify(character)) - 2;
        const context = { ...more, large: character.repeat(bytes / size) };
        const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource } as const];
        const policy = { Version: '2012-10-17', Statement } as const;
        const settings = { ...SETTINGS, policy: frozen ? Object.freeze(policy) : policy };
        const decision: Allow = { outcome: 'allow', principalId: 'a', route: null, context, expiresAt: 0 };
        const answer = () => gatewayOfKind('rest-request').answer(decision, settings);
        const whole = { principalId: 'a', policyDocument: policy, context };
        if (Buffer.byteLength(JSON.stringify(whole)) > 8192) {
          for (const _ of [1, 2]) expect(answer).to.throw(AuthorizerFault, 'bytes');
        } else {
          for (const _ of [1, 2]) expect(answer()).to.have.property('kind', 'response');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is a fault too when the answer is too large without it', () => {
    const policy = { Version: '2012-10-17', Statement: [] } as const;
    const decision: Allow = {
      outcome: 'allow',
      principalId: 'x'.repeat(9000),
      route: null,
      context: {},
      expiresAt: null,
    };
    expect(() => gatewayOfKind('websocket').answer(decision, { ...SETTINGS, policy })).to.throw(
      AuthorizerFault,
      /no context to shorten$/,
    );
  });

  it('may be larger on AppSync, which takes up to 5 MB', () => {
    const large = 'x'.repeat(20_000);
    expect(answered('appsync-graphql', { large })).to.have.nested.property('resolverContext.large', large);
  });
});
