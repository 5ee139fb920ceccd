import { expect } from 'chai';
import fc from 'fast-check';
import { auth0Authorizer } from '../../lib/index.ts';
import {
  type EventOptions,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
} from '../../lib/testing.ts';
import { expected } from '../policy-compiler/support/expected.ts';
import {
  type Case,
  cases,
  parse,
  randomFrom,
  type Shape,
  somePath,
} from '../policy-compiler/support/tables.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

const SHAPE: Shape = {
  maxRoutes: 6,
  maxDepth: 3,
  literals: ['a', 'b', 'c'],
  methods: ['GET', 'GET', 'POST', 'ANY'],
};

const TIMES = Number(process.env['PROPERTY_RUNS'] ?? 1);

/** Whatever is declared, and whatever is not: the answer, the log and the rules say the same of the request at hand. */
describe('the answer to the request itself', function () {
  this.timeout(0);
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  async function check(one: Case, eventOf: (overrides: EventOptions) => unknown): Promise<void> {
    const log = recordingLog();
    const routes = Object.fromEntries(one.keys.map((key, index) => [key, { scopes: [`s${index}`] }]));
    const options = {
      issuer: issuer.url,
      audience: AUDIENCE,
      rules: { scopes: ['rest'] },
      routes,
      undeclared: 'rules' as const,
      logger: log,
    };
    const handler = middy().use(auth0Authorizer(options));
    const scopes = one.granted.map((granted, index) => (granted ? `s${index}` : ''));
    const token = await issuer.token({ scope: [...scopes, one.undeclared ? 'rest' : ''].join(' ') });
    const random = randomFrom(one.seed);
    const parsed = parse(one.keys);
    for (let sent = 0; sent < 12; sent += 1) {
      const { verb, path } = somePath(parsed, SHAPE.literals, random);
      const outcome = await invoke(handler, eventOf({ token, method: verb, path }));
      const decision = log.lines.at(-1)?.decision;
      const what = `${verb} ${path} among ${one.keys.join(', ')}`;
      expect(verdictOf(outcome) === 'Allow', what).to.equal(decision === 'allow');
      // A path that would be a pattern in a policy is refused, whatever the rules say.
      if (!/^[\w/.-]*$/.test(path)) continue;
      const grants = { routes: one.granted, undeclared: one.undeclared };
      const want = expected(
        parsed,
        grants,
        verb,
        path,
        eventOf === restTokenEvent || eventOf === restRequestEvent ? 'rest' : 'http',
      );
      // No policy can tell every path that nobody declared from what is denied.
      if (want === 'either' && decision === 'deny') {
        expect(log.lines.at(-1)?.refusal, what).to.equal('undeclared_path');
      } else if (want === 'allow' && decision === 'deny') {
        expect(log.lines.at(-1)?.refusal, what).to.equal('reserved_value');
      } else {
        expect(decision, what).to.equal(want === 'deny' ? 'deny' : 'allow');
      }
    }
  }

  for (const [name, event] of Object.entries({
    restTokenEvent,
    restRequestEvent,
    httpApi1Event,
    httpApi2Event,
  })) {
    it(`is the decision in the log line (${name})`, async () => {
      await fc.assert(
        fc.asyncProperty(cases(SHAPE), (one) => check(one, event)),
        { numRuns: Math.ceil(150 * TIMES) },
      );
    });
  }
});
