import { expect } from 'chai';
import type { GatewayKind } from '../../lib/index.ts';
import { decide, readAnswer, type TestDecision } from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';

const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' }],
};

/** The field that each gateway reads; all of them are there, each with something else. */
const FIELDS = ['context', 'resolverContext', 'handlerContext'] as const;

const fieldOf = (kind: GatewayKind): (typeof FIELDS)[number] => {
  if (kind === 'appsync-graphql') return 'resolverContext';
  return kind === 'appsync-events' ? 'handlerContext' : 'context';
};

function problemOf(decision: TestDecision): string {
  if (decision.outcome !== 'fault') return decision.outcome;
  expect(decision.code).to.equal(undefined);
  return decision.error.message;
}

for (const { name, kind, event, httpApiResponse } of EVERY_GATEWAY) {
  const isAppSync = kind.startsWith('appsync');
  const isSimple = isAppSync || httpApiResponse === 'simple';
  const word = isSimple ? { isAuthorized: true } : { principalId: 'p', policyDocument: POLICY };
  const answered = (more: object) => decide(async () => ({ ...word, ...more }), event());
  const carried = async (context: unknown) => answered({ [fieldOf(kind)]: context });

  describe(`The context of an answer on ${name}`, () => {
    it('reads only the field that the gateway reads', async () => {
      const all = Object.fromEntries(FIELDS.map((field) => [field, { field }]));
      expect(await answered(all)).to.deep.include({ context: { field: fieldOf(kind) } });
      const { [fieldOf(kind)]: _own, ...others } = all;
      expect(await answered(others)).to.deep.include({ outcome: 'allow', context: {} });
    });

    it('converts values to the form that the backend gets', async () => {
      const decision = await carried({ n: 1, f: false, s: 'x' });
      const isStrings = kind.startsWith('rest') || kind === 'websocket';
      const context = isStrings ? { n: '1', f: 'false', s: 'x' } : { n: 1, f: false, s: 'x' };
      expect(decision).to.deep.include({ outcome: 'allow', context });
    });

    it('accepts an absent context and null', async () => {
      expect(await carried(undefined)).to.deep.include({ outcome: 'allow', context: {} });
      expect(await carried(null)).to.deep.include({ outcome: 'allow', context: {} });
    });

    it('is a fault if the context is not an object', async () => {
      for (const context of ['x', 7, ['x']]) {
        expect(problemOf(await carried(context))).to.equal(
          `the answer is malformed: ${fieldOf(kind)} is not an object`,
        );
      }
    });

    if (isAppSync) {
      it('accepts what only API Gateway refuses', async () => {
        const context = { claims: 'x', list: ['a'], long: 'x'.repeat(9000), none: null };
        expect(await carried(context)).to.deep.include({ outcome: 'allow', context });
      });
      return;
    }

    it('drops nulls', async () => {
      expect(await carried({ a: null, b: 'x' })).to.deep.include({ context: { b: 'x' } });
    });

    it(`${kind === 'http-api-2.0' ? 'accepts' : 'is a fault for'} lists and objects in the context`, async () => {
      for (const context of [{ plan: ['gold'] }, { plan: { name: 'gold' } }]) {
        const decision = await carried(context);
        if (kind === 'http-api-2.0') expect(decision).to.deep.include({ outcome: 'allow', context });
        else {
          expect(problemOf(decision)).to.match(
            /^API Gateway refuses the answer: context key 'plan' holds an/,
          );
        }
      }
    });

    it('is a fault for a reserved name', async () => {
      for (const reserved of ['claims', 'principalId', 'integrationLatency']) {
        expect(problemOf(await carried({ [reserved]: 'x' }))).to.equal(
          `API Gateway refuses the answer: context key '${reserved}' is a reserved name: choose another`,
        );
      }
    });

    it('is a fault from one byte beyond the budget', async () => {
      const spare = 8192 - JSON.stringify({ ...word, context: { long: '' } }).length;
      const fits = await carried({ long: 'x'.repeat(spare) });
      expect(fits.outcome).to.equal('allow');
      expect(problemOf(await carried({ long: 'x'.repeat(spare + 1) }))).to.equal(
        'API Gateway refuses the answer: the answer has 8193 bytes, API Gateway takes 8192; ' +
          "the largest context key is 'long'",
      );
    });
  });
}

describe('An answer that is too large', () => {
  const [rest] = EVERY_GATEWAY;
  const answered = (answer: object) => decide(async () => answer, rest?.event());
  const [statement] = POLICY.Statement;
  const withPolicy = (more: object) => ({
    principalId: 'p',
    policyDocument: { ...POLICY, Statement: [{ ...statement, ...more }] },
  });

  it('is a fault for any large member', async () => {
    const action = Array.from({ length: 400 }, () => 'execute-api:Invoke');
    const long = 'x'.repeat(8192);
    const answers = [withPolicy({ Action: action }), withPolicy({ Sid: long }), { ...withPolicy({}), long }];
    for (const answer of answers) {
      const size = JSON.stringify(answer).length;
      expect(problemOf(await answered(answer))).to.equal(
        `API Gateway refuses the answer: the answer has ${size} bytes, API Gateway takes 8192; ` +
          'it has no context to shorten',
      );
    }
  });

  it('is a fault for a deny, too', async () => {
    const answer = withPolicy({ Effect: 'Deny', Sid: 'x'.repeat(8192) });
    expect(problemOf(await answered(answer))).to.match(/^API Gateway refuses the answer: /);
  });
});

describe('readAnswer', () => {
  const WITH_POLICY = { principalId: 'p', policyDocument: POLICY };
  const SIMPLE = { isAuthorized: false };
  const resource = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/orders';

  it('gives the verdict of a policy on each request, and that of a simple response on all', () => {
    const Statement = [{ ...POLICY.Statement[0], Resource: '*/GET/orders' }];
    const answer = { principalId: 'p', policyDocument: { ...POLICY, Statement } };
    const { verdict } = readAnswer(answer, 'rest-request');
    expect(verdict({ resource })).to.equal('allow');
    expect(verdict({ resource: `${resource}/7` })).to.equal('implicit-deny');
    expect(readAnswer(SIMPLE, 'http-api-2.0').verdict({ resource })).to.equal('explicit-deny');
    expect(readAnswer({ isAuthorized: true }, 'appsync-events').verdict({ resource })).to.equal('allow');
  });

  it('accepts policies and simple responses on HTTP API 2.0, unless an option names the one', () => {
    for (const answer of [WITH_POLICY, SIMPLE])
      expect(() => readAnswer(answer, 'http-api-2.0')).not.to.throw();
    const asSimple = () => readAnswer(WITH_POLICY, 'http-api-2.0', { httpApiResponse: 'simple' });
    expect(asSimple).to.throw('isAuthorized is neither true nor false');
    const asPolicy = () => readAnswer(SIMPLE, 'http-api-2.0', { httpApiResponse: 'iam' });
    expect(asPolicy).to.throw('principalId is not a string');
  });

  it('throws for any Resource of more than 512 characters', () => {
    const long = 'x'.repeat(513);
    const allow = POLICY.Statement[0];
    const statements = [{ ...allow, Resource: long }, [allow, { ...allow, Resource: ['*', long] }]];
    for (const Statement of statements) {
      const answer = { principalId: 'p', policyDocument: { ...POLICY, Statement } };
      expect(() => readAnswer(answer, 'rest-token')).to.throw(
        'API Gateway refuses the answer: a Resource has 513 characters, API Gateway takes 512',
      );
    }
    const fits = { ...POLICY, Statement: [{ ...allow, Resource: 'x'.repeat(512) }] };
    expect(() => readAnswer({ principalId: 'p', policyDocument: fits }, 'rest-token')).not.to.throw();
  });
});
