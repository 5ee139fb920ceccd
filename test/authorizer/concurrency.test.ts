import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { status } from '../support/jwks-server.ts';
import { runs } from '../support/property-runs.ts';
import { type Call, calls, type Side, startSide, TICKS, TOKENS } from './concurrency/calls.ts';

const AT_ONCE = 64;

const drawn = fc.record({
  calls: fc.array(calls, { minLength: AT_ONCE, maxLength: AT_ONCE }),
  ticks: fc.array(fc.nat(5), { minLength: 50, maxLength: 200 }),
});

describe('64 invocations at once in one process, on all gateways', function () {
  this.timeout(60_000);
  let issuer: Issuer;
  let alone: Side;
  const metrics = new Set<string>();

  before(async () => {
    issuer = await startIssuer();
    alone = startSide(issuer);
    await alone.ready();
  });
  after(() => issuer.close());

  /** Sends the calls at once to one side, and one after the other to another. All that comes out must be the same. */
  async function expectApart(together: Side, single: Side, sent: readonly Call[]): Promise<void> {
    const apart = await single.sendInTurn(sent);
    const atOnce = await together.sendAtOnce(sent);
    expect(atOnce.answers).to.deep.equal(apart.answers);
    expect(atOnce.lines).to.deep.equal(apart.lines);
    expect(atOnce.decisions).to.deep.equal(apart.decisions);
    expect(atOnce.metrics).to.deep.equal(apart.metrics);
    for (const name of Object.keys(apart.metrics)) metrics.add(name);
  }

  it('have the answers, contexts, log lines and metrics of the same invocations alone', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(drawn, async ({ calls: sent, ticks }) => {
        TICKS.draw(ticks);
        // Without keys in memory at first, so that all wait for one request for them.
        await expectApart(startSide(issuer), alone, sent);
        for (const { gateway, token } of sent) seen.add(gateway).add(token);
      }),
      { numRuns: runs(15, 120), endOnFailure: true },
    );
    expect([...metrics]).to.include.members([
      ...['Decisions allow', 'Decisions deny', 'Faults handler_error', 'Refusals handler_forbidden'],
      ...['Refusals custom_rule', 'Refusals insufficient_scope', 'Refusals invalid_signature'],
    ]);
    expect(seen.size).to.equal(EVERY_GATEWAY.length + 1 + TOKENS.length);
  });

  it('have them on caches that others have filled, in any order', async () => {
    const used = startSide(issuer);
    await fc.assert(
      fc.asyncProperty(drawn, async ({ calls: sent, ticks }) => {
        TICKS.draw(ticks);
        await expectApart(used, alone, sent);
      }),
      { numRuns: runs(8, 60), endOnFailure: true },
    );
  });

  it('have them during an outage of the issuer and after it', async () => {
    const [sample] = fc.sample(drawn, { numRuns: 1, seed: 7 });
    const { calls: sent, ticks } = sample as { calls: readonly Call[]; ticks: readonly number[] };
    TICKS.draw(ticks);
    const apart = await alone.sendInTurn(sent);
    issuer.respondWith((request, response) => status(503)(request, response, ''));
    const side = startSide(issuer);
    const atOnce = await side.sendAtOnce(sent);
    issuer.respondWith(null);

    const needsKey = ({ token }: Call) => token !== 'none' && token !== 'malformed';
    for (const [at, answer] of atOnce.answers.entries()) {
      if (needsKey(sent[at] as Call)) expect(answer).to.match(/^AuthorizerFault: keys_unavailable/);
      else expect(answer).to.deep.equal(apart.answers[at]);
    }
    expect(atOnce.lines).to.have.length(AT_ONCE);
    expect(atOnce.metrics).to.include({ 'Faults keys_unavailable': sent.filter(needsKey).length });

    // Longer than the pause after a failed request for keys.
    await sleep(600);
    await expectApart(side, alone, sent);
  });
});
