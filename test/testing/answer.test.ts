import { expect } from 'chai';
import type { GatewayKind } from '../../lib/index.ts';
import { decide, type TestDecision } from '../../lib/testing.ts';
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
    it('is read from the field that the gateway reads, no other', async () => {
      const all = Object.fromEntries(FIELDS.map((field) => [field, { field }]));
      expect(await answered(all)).to.deep.include({ context: { field: fieldOf(kind) } });
      const { [fieldOf(kind)]: _own, ...others } = all;
      expect(await answered(others)).to.deep.include({ outcome: 'allow', context: {} });
    });

    it('may be absent or null', async () => {
      expect(await carried(undefined)).to.deep.include({ outcome: 'allow', context: {} });
      expect(await carried(null)).to.deep.include({ outcome: 'allow', context: {} });
    });

    it('is a fault if it is no object', async () => {
      for (const context of ['x', 7, ['x']]) {
        expect(problemOf(await carried(context))).to.equal(
          `the answer is malformed: ${fieldOf(kind)} is not an object`,
        );
      }
    });
  });
}
