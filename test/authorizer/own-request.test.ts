import { expect } from 'chai';
import fc from 'fast-check';
import { type AuthorizerOptions, auth0Authorizer, evaluatePolicy } from '../../lib/index.ts';
import {
  type EventOptions,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
} from '../../lib/testing.ts';
import {
  type Case,
  cases,
  parse,
  randomFrom,
  type Shape,
  somePath,
} from '../policy-compiler/support/tables.ts';
import { invoke, type Outcome, type RecordedLine, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';
import { ROUTING_MODELS, type RoutingModel } from '../support/routing-models.ts';

const SHAPE: Shape = {
  maxRoutes: 6,
  maxDepth: 3,
  literals: ['a', 'b', 'c'],
  methods: ['GET', 'GET', 'POST', 'ANY'],
};

const GATEWAYS = [
  { name: 'restTokenEvent', event: restTokenEvent, api: 'REST' },
  { name: 'restRequestEvent', event: restRequestEvent, api: 'REST' },
  { name: 'httpApi1Event', event: httpApi1Event, api: 'HTTP' },
  { name: 'httpApi2Event', event: httpApi2Event, api: 'HTTP' },
] as const;

interface Sent {
  readonly verb: string;
  readonly path: string;
}

/** A request, with what the authorizer answered and logged when it was judged. */
interface Judged extends Sent {
  readonly outcome: Outcome;
  readonly line: RecordedLine;
}

/** Counts of a run, which show that it tried something. */
interface Tally {
  replays: number;
  allowed: number;
  wronglyDenied: number;
  reserved: number;
  /** Answers that leave out routes, and those of which each such route was refused a request. */
  partial: number;
  counted: number;
}

/** The whole chain with random tables, callers and gateways: judged requests, and each answer replayed for each other request. */
describe('answers of the whole chain', function () {
  this.timeout(0);
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  async function judge(
    one: Case,
    undeclared: 'deny' | 'absent' | 'rules',
    eventOf: (overrides: EventOptions) => unknown,
  ): Promise<readonly Judged[]> {
    const log = recordingLog();
    const options: AuthorizerOptions = {
      issuer: issuer.url,
      audience: AUDIENCE,
      rules: { scopes: ['rest'] },
      routes: Object.fromEntries(one.keys.map((key, index) => [key, { scopes: [`s${index}`] }])),
      undeclared,
      logger: log,
    };
    const handler = middy().use(auth0Authorizer(options));
    const scopes = one.granted.map((granted, index) => (granted ? `s${index}` : ''));
    const token = await issuer.token({ scope: [...scopes, one.undeclared ? 'rest' : ''].join(' ') });
    const judged: Judged[] = [];
    for (const { verb, path } of requestsOf(one)) {
      const outcome = await invoke(handler, eventOf({ token, method: verb, path }));
      judged.push({ verb, path, outcome, line: log.lines.at(-1) as RecordedLine });
    }
    return judged;
  }

  /** Checks the answer to the request itself, against the routes that AWS's rules choose. */
  function checkOwn(
    one: Case,
    undeclared: 'deny' | 'absent' | 'rules',
    models: readonly RoutingModel[],
    { verb, path, outcome, line }: Judged,
  ): void {
    const what = `${verb} ${path} among ${one.keys.join(', ')} (${undeclared})`;
    expect(verdictOf(outcome) === 'Allow', what).to.equal(line.decision === 'allow');
    const granted = models.map(({ routeOf }) => {
      // This package takes `$default` for the rest of a REST API, too.
      const key = routeOf(one.keys, verb, path) ?? one.keys.find((declared) => declared === '$default');
      return key === undefined
        ? undeclared === 'rules' && one.undeclared
        : one.granted[one.keys.indexOf(key)];
    });
    if (line.decision === 'allow') expect(granted, what).not.to.include(false);
    // With a final slash the rules of the path without it may apply, too.
    else if (!granted.includes(false) && !path.endsWith('/')) {
      expect(line.refusal, what).to.be.oneOf([
        ...['ambiguous_path', 'inexpressible_path', 'reserved_value', 'undeclared_path'],
      ]);
    }
  }

  /** Replays an answer for the other requests. */
  function checkReplays(
    one: Case,
    first: Judged,
    all: readonly Judged[],
    isAbsent: boolean,
    tally: Tally,
  ): void {
    if (first.outcome.kind === 'error') return;
    const { policyDocument, context = {} } = first.outcome.response;
    const lost = new Set<string>();
    for (const other of all) {
      if (other.outcome.kind === 'error') continue;
      const verdict = evaluatePolicy(policyDocument as never, { resource: other.outcome.arn });
      const isAllowed = other.line.decision === 'allow';
      const what = `${first.verb} ${first.path}, then ${other.verb} ${other.path} among ${one.keys.join(', ')}`;
      tally.replays += 1;
      if (other.line.refusal === 'reserved_value') tally.reserved += 1;
      if (verdict === 'allow') {
        tally.allowed += 1;
        expect(context, what).not.to.have.property('refusal');
        if (!isAllowed) expectExcuse(other, isAbsent, what);
      } else if (isAllowed && first !== other) {
        tally.wronglyDenied += 1;
        lost.add(other.line.route ?? 'undeclared');
      }
    }
    // The log line says how many routes the answer denies although the caller may use them.
    lost.delete('undeclared');
    const { policy, leftOut = 0 } = first.line;
    const what = `${first.verb} ${first.path} among ${one.keys.join(', ')}: ${[...lost].join(', ')}`;
    if (policy !== 'request') expect(lost.size, what).to.be.at.most(leftOut);
    if (leftOut > 0) tally.partial += 1;
    if (leftOut > 0 && lost.size === leftOut) tally.counted += 1;
  }

  /** Why a request is refused that a cached answer allows: never because of a rule. */
  function expectExcuse({ line }: Judged, isAbsent: boolean, what: string): void {
    const excuses = [
      'ambiguous_path',
      'inexpressible_path',
      'undeclared_path',
      ...(isAbsent ? ['route_not_found'] : []),
    ];
    expect(line.refusal, what).to.be.oneOf(excuses);
  }

  for (const { name, event, api } of GATEWAYS) {
    for (const undeclared of ['deny', 'absent', 'rules'] as const) {
      it(`are right for each request that they are replayed for (${name}, undeclared: ${undeclared})`, async () => {
        const tally: Tally = {
          replays: 0,
          allowed: 0,
          wronglyDenied: 0,
          reserved: 0,
          partial: 0,
          counted: 0,
        };
        const models = ROUTING_MODELS.filter((model) => model.api === api);
        const check = async (one: Case) => {
          // A route of a REST API cannot end with a slash.
          fc.pre(api !== 'REST' || !one.keys.some((key) => /\S \/.+\/$/.test(key)));
          const judged = await judge(one, undeclared, event);
          for (const each of judged) checkOwn(one, undeclared, models, each);
          for (const each of judged) checkReplays(one, each, judged, undeclared === 'absent', tally);
        };
        await fc.assert(fc.asyncProperty(cases(SHAPE), check), { numRuns: runs(60) });
        expect(tally.allowed).to.be.above(0.05 * tally.replays);
        if (process.env['PROPERTY_RUNS'] !== undefined) console.log(tally);
      });
    }
  }
});

/** Requests near the routes, and one for each route with plain values. */
function requestsOf(one: Case): readonly Sent[] {
  const random = randomFrom(one.seed);
  const parsed = parse(one.keys);
  const near = Array.from({ length: 14 }, () => somePath(parsed, SHAPE.literals, random));
  const plain = parsed.flatMap((route) => {
    if (route.kind !== 'path') return [];
    const texts = route.segments.map((segment) => (segment.kind === 'literal' ? segment.text : 'v1'));
    const path = `/${texts.join('/')}${route.trailingSlash ? '/' : ''}`;
    return [{ verb: route.method === 'ANY' ? 'PUT' : route.method, path }];
  });
  return [...near, ...plain];
}
