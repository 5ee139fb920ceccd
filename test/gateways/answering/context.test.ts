import { expect } from 'chai';
import fc from 'fast-check';
import type { Allow, AuthorizerContext } from '../../../lib/decision/decision.ts';
import { type TooLarge, tooLargeText } from '../../../lib/gateways/answering/answer-budget.ts';
import { encodeContext, type UnusableContext } from '../../../lib/gateways/answering/context.ts';
import type { AnswerSettings, GatewayAnswer, GatewayKind } from '../../../lib/gateways/gateway.ts';
import { gatewayOfKind } from '../../../lib/gateways/index.ts';
import { documentWith } from '../../../lib/iam/policy-document.ts';

const SETTINGS: AnswerSettings = {
  accountId: null,
  policy: { Version: '2012-10-17', Statement: [] },
  httpApiResponse: 'iam',
  unauthorized: undefined,
  showsChallenge: false,
  ttl: 0,
  now: 0,
};

const SCALARS: GatewayKind[] = ['rest-token', 'rest-request', 'http-api-1.0', 'websocket'];
const APPSYNC = { 'appsync-graphql': 'resolverContext', 'appsync-events': 'handlerContext' } as const;
const ALL: GatewayKind[] = [...SCALARS, 'http-api-2.0', 'appsync-graphql', 'appsync-events'];

function answerTo(
  kind: GatewayKind,
  context: AuthorizerContext,
  httpApiResponse: 'iam' | 'simple' = 'iam',
): GatewayAnswer {
  const decision: Allow = { outcome: 'allow', principalId: 'a', route: null, context, expiresAt: 0 };
  return gatewayOfKind(kind).answer(decision, { ...SETTINGS, httpApiResponse });
}

function answered(...request: Parameters<typeof answerTo>): Record<string, unknown> {
  const answer = answerTo(...request);
  expect(answer.kind).to.equal('response');
  return (answer as { response: Record<string, unknown> }).response;
}

/** What is wrong with the context; fails if nothing is. */
function problemWith(kind: GatewayKind, context: AuthorizerContext): string {
  const answer = answerTo(kind, context);
  expect(answer.kind, kind).to.equal('unusable context');
  return (answer as UnusableContext).problem;
}

function decoded(value: unknown): unknown {
  expect(value).to.match(/^[\w-]+$/);
  return JSON.parse(Buffer.from(value as string, 'base64url').toString());
}

describe('the context of an allow', () => {
  const structured = { roles: ['a', 'ü'], org: { id: 1, tags: [null, true] } };

  it('keeps scalars on gateways that carry scalars', () => {
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

  it('encodes lists and objects as base64url of their JSON on the other gateways', () => {
    for (const kind of SCALARS) {
      const context = answered(kind, structured).context as Record<string, unknown>;
      expect(decoded(context.roles), kind).to.deep.equal(structured.roles);
      expect(decoded(context.org), kind).to.deep.equal(structured.org);
    }
  });

  it('contains only strings on AppSync', () => {
    for (const [kind, field] of Object.entries(APPSYNC)) {
      const response = answered(kind as GatewayKind, { text: 'x', number: 1.5, yes: true, ...structured });
      const context = response[field] as Record<string, unknown>;
      expect(context, kind).to.include({ text: 'x', number: '1.5', yes: 'true' });
      expect(decoded(context.org), kind).to.deep.equal(structured.org);
    }
  });

  it('leaves out null and undefined, and is absent when nothing is left', () => {
    for (const kind of ALL) {
      const response = answered(kind, { a: null, b: undefined });
      for (const field of ['context', 'resolverContext', 'handlerContext']) {
        expect(response, kind).not.to.have.property(field);
      }
    }
    expect(answered('rest-request', { a: null, b: 1 }).context).to.deep.equal({ b: 1 });
  });

  it('lists the keys of texts that look like another value, on every gateway', () => {
    const alike = { a: '42', 'b c': 'true', 'd%': '-1e3', e: 'e30', f: 'WzFd', g: 'eyJhIjoxfQ' };
    const others = { h: 'auth0|42', i: 'truest', j: '', k: 'W', l: 'email', m: 42, n: true };
    for (const kind of ALL) {
      const response = answered(kind, { ...alike, ...others });
      const context = response[APPSYNC[kind as keyof typeof APPSYNC] ?? 'context'];
      expect(context, kind).to.have.property('textKeys', 'a b%20c d%25 e f g');
    }
  });

  it('accepts objects without a prototype, and drops their undefined members', () => {
    const bare = Object.assign(Object.create(null), { a: 1, b: undefined });
    const { context } = answered('rest-request', { bare }) as { context: Record<string, unknown> };
    expect(decoded(context.bare)).to.deep.equal({ a: 1 });
  });

  it('is unusable, for a reason that names the key and no value, if it cannot be carried', () => {
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
        const problem = problemWith(kind, { culprit: value } as AuthorizerContext);
        expect(problem).to.contain("'culprit'").and.not.contain('secret');
      }
    }
  });

  it('is unusable under a reserved name', () => {
    const javascript = ['__proto__', 'constructor', 'prototype'];
    const reserved = ['claims', 'principalId', 'integrationLatency', 'textKeys', ...javascript];
    for (const kind of ALL) {
      for (const key of reserved) {
        const context = JSON.parse(`{ "${key}": "x" }`) as AuthorizerContext;
        expect(problemWith(kind, context)).to.contain(`'${key}' is a reserved name`);
      }
    }
  });

  it('is too large beyond 8192 bytes of UTF-8 for the whole answer, and never cut', () => {
    const room = 8192 - Buffer.byteLength(JSON.stringify(answered('rest-request', { large: '' })));
    expect(answered('rest-request', { large: 'x'.repeat(room) })).to.have.nested.property('context.large');
    for (const large of ['x'.repeat(room + 1), 'ü'.repeat(room / 2 + 1)]) {
      const answer = answerTo('rest-request', { small: 'secret', large, tiny: 1 });
      expect(answer).to.include({ kind: 'too large', largestKey: 'large' });
      expect(tooLargeText(answer as TooLarge)).to.match(
        /^the answer has \d+ bytes, .* context key is 'large'$/,
      );
    }
    const large = 'x'.repeat(8192);
    for (const kind of [...SCALARS, 'http-api-2.0'] as const) {
      expect(answerTo(kind, { large }), kind).to.include({ kind: 'too large', largestKey: 'large' });
    }
    expect(answerTo('http-api-2.0', { large }, 'simple')).to.have.property('kind', 'too large');
  });

  it('names the principal if that is the largest part', () => {
    const largestOf = (principalId: string, large: string) => {
      const allow: Allow = { outcome: 'allow', principalId, route: null, context: { large }, expiresAt: 0 };
      const answer = gatewayOfKind('rest-request').answer(allow, SETTINGS);
      expect(answer.kind).to.equal('too large');
      return answer as TooLarge;
    };
    const long = 'x'.repeat(9000);
    expect(tooLargeText(largestOf(long, 'x'))).to.match(/; its `principalId` is too long$/);
    expect(largestOf(long, long)).to.include({ largestKey: 'principalId' });
    expect(largestOf('x', long)).to.include({ largestKey: 'large' });
  });

  it('is too large exactly if the answer as JSON has more than 8192 bytes, for any content', () => {
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
        const encoded = encodeContext(context, 'scalars');
        const whole = { principalId: 'a', policyDocument: policy, ...encoded, kind: undefined };
        const length = Buffer.byteLength(JSON.stringify(whole));
        const kind = length > 8192 ? 'too large' : 'response';
        for (const _ of [1, 2]) expect(answer()).to.have.property('kind', kind);
        if (kind === 'too large') expect(answer()).to.have.property('bytes', length);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no largest key if the answer is too large without a context', () => {
    const Resource = Array.from({ length: 9 }, () => 'x'.repeat(1000));
    const policy = documentWith([{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource }]);
    const decision: Allow = {
      outcome: 'allow',
      principalId: 'x'.repeat(1000),
      route: null,
      context: {},
      expiresAt: null,
    };
    const answer = gatewayOfKind('websocket').answer(decision, { ...SETTINGS, policy });
    expect(answer).to.include({ kind: 'too large', largestKey: null });
    expect(tooLargeText(answer as TooLarge)).to.match(/no context to shorten$/);
  });

  it('may be larger on AppSync, which takes up to 5 MB', () => {
    const large = 'x'.repeat(20_000);
    expect(answered('appsync-graphql', { large })).to.have.nested.property('resolverContext.large', large);
  });
});
