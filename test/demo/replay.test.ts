import { expect } from 'chai';
import fc from 'fast-check';
import { identitySources } from '../../lib/index.ts';
import { EVERY_GATEWAY, type GatewayCase } from '../support/every-gateway.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { runs } from '../support/property-runs.ts';
import { makeTokens } from './replay/callers.ts';
import { type Case, cases, type Scope } from './replay/cases.ts';
import {
  type Advice,
  type Answered,
  isAppSync,
  optionsFor,
  sendThroughBoth,
  type Tokens,
} from './replay/side-by-side.ts';
import { Tally } from './replay/tally.ts';

const APIS = EVERY_GATEWAY.filter(({ kind }) => isApi(kind));

describe('Replay through a gateway that caches as advised', function () {
  this.timeout(0);

  let issuer: Issuer;
  let tokens: Tokens;

  before(async () => {
    issuer = await startIssuer();
    tokens = { options: { issuer: issuer.url, audience: AUDIENCE }, texts: await makeTokens(issuer) };
  });
  after(() => issuer.close());

  /** Sends the requests of random cases through both gateways, and throws at the first wrong answer. */
  async function compare(
    gateway: GatewayCase,
    { scope, numRuns }: { readonly scope: Scope; readonly numRuns: number },
    isWrong: (answered: Answered) => boolean,
  ): Promise<Tally> {
    const tally = new Tally();
    const property = fc.asyncProperty(cases(scope), async (one) => {
      const advice = identitySources(optionsFor(gateway, one), gateway.kind);
      expectReason(advice, gateway, one);
      const answers = await sendThroughBoth(gateway, one, advice, tokens);
      tally.count(answers, advice);
      const wrong = answers.find(isWrong);
      if (wrong === undefined) return;
      const { request, cached, uncached } = wrong;
      const found = `${request.method} ${request.path}: ${cached.status} with caching, ${uncached.status} without`;
      throw new Error(`${found}; ${JSON.stringify({ advice, cached, uncached })}`);
    });
    await fc.assert(property, { numRuns });
    return tally;
  }

  for (const gateway of EVERY_GATEWAY) {
    it(`answers from the cache as the authorizer would: ${gateway.name}`, async () => {
      const numRuns = isApi(gateway.kind) ? runs(70) : runs(25);
      const tally = await compare(gateway, { scope: 'replayable', numRuns }, ({ cached, uncached }) => {
        // Without the token the gateway itself answers 401; the authorizer may have another status for it.
        const isGateways = !cached.invoked && !cached.cached && cached.status === 401;
        return isGateways ? uncached.status < 400 : cached.status !== uncached.status;
      });
      if (gateway.kind === 'websocket') {
        expect(tally).to.include({ passed: 0, refused: 0, uncacheable: tally.cases });
        return;
      }
      expect(tally.uncacheable).to.be.below(0.9 * tally.cases);
      // A simple response is nearly always for one path.
      const isSimple = gateway.httpApiResponse === 'simple';
      const few = (isSimple ? 0.004 : 0.02) * tally.requests;
      expect(tally.passed).to.be.above(isApi(gateway.kind) ? few : 0);
      // An AppSync denial has a TTL of 0.
      if (!isApi(gateway.kind)) return;
      expect(tally.refused).to.be.above(few);
      if (!isSimple) expect(tally.elsewhere).to.be.above(0.05 * tally.requests);
    });
  }

  for (const gateway of APIS) {
    it(`allows no request that the rules refuse, for any path: ${gateway.name}`, async () => {
      const tally = await compare(
        gateway,
        { scope: 'all', numRuns: runs(50) },
        ({ cached, uncached, refusal }) => {
          // Refused for the spelling of the path only, which globs cannot describe in every case.
          const isAboutSpelling = refusal === 'ambiguous_path';
          return cached.status === 200 && uncached.status !== 200 && !isAboutSpelling;
        },
      );
      expect(tally.passed + tally.refused).to.be.above(0.04 * tally.requests);
    });
  }
});

function isApi(kind: GatewayCase['kind']): boolean {
  return kind !== 'websocket' && !isAppSync(kind);
}

/** Checks that the advice says not to cache exactly if the options demand it. */
function expectReason(advice: Advice, gateway: GatewayCase, one: Case): void {
  const reason = obstacleTo(gateway, one);
  if (reason !== null) expect(advice).to.have.property('reason').that.matches(reason);
  // If no policy is exact, the route becomes part of the key, if possible and if a policy can name all its paths.
  else if (!advice.cache && gateway.httpApiResponse !== 'simple')
    expect(advice.reason).to.match(/Under the token alone, .* up to \d of \d routes/);
  else expect(advice.cache).to.equal(true);
}

function obstacleTo({ kind }: GatewayCase, { extra, optional, options }: Case): RegExp | null {
  if (kind === 'websocket') return /does not cache the answers of WebSocket/;
  if (extra === 'custom') return /custom rule/;
  const looksElsewhere = extra !== 'none' && extra !== 'condition';
  if (looksElsewhere && (kind === 'rest-token' || (isAppSync(kind) && extra === 'ip')))
    return /does not send/;
  // Answers of AppSync have no policy that could carry the rule.
  if (extra === 'condition' && isAppSync(kind)) return /does not send/;
  if (optional) return /without a token/;
  if (kind === 'rest-token' && options.handlerDecides) return /Your handler decides/;
  return looksElsewhere && isAppSync(kind) ? /the token alone/ : null;
}
