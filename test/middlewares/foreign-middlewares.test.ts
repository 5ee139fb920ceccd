import { expect } from 'chai';
import fc from 'fast-check';
import { auth0Authorizer, Forbidden, Unauthorized } from '../../lib/index.ts';
import { createTestIssuer, restRequestEvent } from '../../lib/testing.ts';
import { captureLines } from '../support/capture-output.ts';
import { invoke, type Outcome, verdictOf } from '../support/invoke.ts';
import { MIDDY_MAJOR, middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';

type Action = 'nothing' | 'fails' | 'forbids' | 'mistrusts' | 'sets a context' | 'sets a status';
interface Foreign {
  readonly phase: 'before' | 'after' | 'onError';
  readonly action: Action;
  readonly isAsync: boolean;
}
interface MiddyRequest {
  response: unknown;
}

function act(action: Action, request: MiddyRequest): void {
  if (action === 'fails') throw new Error('down');
  if (action === 'forbids') throw new Forbidden();
  if (action === 'mistrusts') throw new Unauthorized();
  if (action === 'sets a context') request.response = { context: { plan: 'gold' } };
  if (action === 'sets a status') request.response = { statusCode: 200 };
}

/** What a handler returns for an action. */
function result(action: Action): unknown {
  const request: MiddyRequest = { response: undefined };
  act(action, request);
  return request.response;
}

function middlewareOf({ phase, action, isAsync }: Foreign): object {
  return {
    [phase]: isAsync
      ? async (request: MiddyRequest) => {
          await null;
          act(action, request);
        }
      : (request: MiddyRequest) => act(action, request),
  };
}

const foreign = (phase: Foreign['phase'], ...actions: Action[]) =>
  fc.record({
    phase: fc.constant(phase),
    action: fc.constantFrom<Action>('nothing', ...actions),
    isAsync: fc.boolean(),
  });
const changes: readonly Action[] = ['sets a context', 'sets a status'];
const ends: readonly Action[] = ['fails', 'forbids', 'mistrusts'];

/** Before the authorizer in the list: their `after` runs after it. What they change there is not the authorizer's answer. */
const around = fc.array(
  fc.oneof(foreign('before', ...ends), foreign('after', ...ends), foreign('onError', 'fails')),
  { maxLength: 2 },
);
/** Middy calls no further `onError` if one throws. */
const inside = fc.array(
  fc.oneof(foreign('before', ...ends), foreign('after', ...ends, ...changes), foreign('onError', ...changes)),
  { maxLength: 2 },
);
const handler = fc.constantFrom<Action>('nothing', ...ends, ...changes);

/** What the gateway got, in the words of the log. */
function answerOf(outcome: Outcome): string {
  const verdict = verdictOf(outcome);
  if (verdict === 'Allow') return 'allow';
  return verdict === 'Deny' || verdict === 'Unauthorized' ? 'deny' : 'fault';
}

/** A chain for each way to end, whatever is drawn. */
const endings: [Foreign[], Foreign[], Action, boolean][] = [
  [[], [], 'nothing', false],
  [[{ phase: 'after', action: 'forbids', isAsync: false }], [], 'nothing', false],
  [[], [], 'forbids', false],
  [[], [], 'fails', true],
];

describe(`the lines of a chain with other middlewares on Middy ${MIDDY_MAJOR}`, () => {
  it('are one decision and one line of metrics, which say what the gateway got', async () => {
    const issuer = createTestIssuer();
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(around, inside, handler, fc.boolean(), async (outer, inner, own, isAsync) => {
        const chain = middy(() => (isAsync ? Promise.resolve().then(() => result(own)) : result(own)));
        for (const one of outer) chain.use(middlewareOf(one));
        chain.use(auth0Authorizer({ ...issuer.options, metrics: true }));
        for (const one of inner) chain.use(middlewareOf(one));
        let outcome: Outcome | undefined;
        const lines = await captureLines(async () => {
          outcome = await invoke(chain, restRequestEvent({ token: issuer.token() }));
        });
        const answered = answerOf(outcome as Outcome);
        const decisions = lines.filter(({ message }) => message === 'authorizer decision');
        const lost = lines.filter(({ message }) => message === 'authorizer answer lost');
        expect(decisions).to.have.length(1);
        expect(lines.filter((line) => '_aws' in line)).to.have.length(1);
        const isLost = outer.some(({ phase, action }) => phase === 'after' && action !== 'nothing');
        expect(lost.length).to.be.at.most(isLost ? 1 : 0);
        const said = lost.length === 1 ? lost[0]?.['answered'] : decisions[0]?.['decision'];
        // A middleware around the authorizer that fails in `onError` leaves nothing but its error.
        const fails = outer.some(({ phase, action }) => phase === 'onError' && action === 'fails');
        if (!(fails && outcome?.kind === 'error')) expect(said).to.equal(answered);
        seen.add(`${decisions[0]?.['decision']} ${lost.length} ${answered}`);
      }),
      { numRuns: runs(150, 1000), examples: endings },
    );
    expect([...seen]).to.include.members(['allow 0 allow', 'allow 1 deny', 'deny 0 deny', 'fault 0 fault']);
  });
});
