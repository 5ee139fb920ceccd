import { expect } from 'chai';
import { auth0Authorizer, type IpRule } from '../../lib/index.ts';
import { createTestIssuer, decide, httpApi1Event, restRequestEvent } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

describe('conditions.sourceIp', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const token = issuer.token();

  /** From which of the addresses a request passes: judged, and by a policy that was made for a request from 198.51.100.1. */
  async function passing(ip: IpRule, addresses: readonly string[]) {
    const options = { ...issuer.options, rules: { ip }, logger: false } as const;
    const judging = middy().use(auth0Authorizer(options));
    const carrying = middy().use(auth0Authorizer({ ...options, conditions: { sourceIp: true } }));
    const judged: string[] = [];
    const replayed: string[] = [];
    for (const sourceIp of addresses) {
      for (const build of [restRequestEvent, httpApi1Event]) {
        const { outcome } = await decide(judging, build({ token, sourceIp }));
        if (outcome === 'allow' && build === restRequestEvent) judged.push(sourceIp);
        expect((await decide(carrying, build({ token, sourceIp }))).outcome, sourceIp).to.equal(outcome);
      }
      const cached = restRequestEvent({ token, sourceIp: '198.51.100.1' });
      if ((await decide(carrying, cached, { sourceIp })).outcome === 'allow') replayed.push(sourceIp);
    }
    return { judged, replayed };
  }

  const addresses = [
    '192.0.2.4', '192.0.2.5', '::192.0.2.4', '64:ff9b::192.0.2.4', '2002:c000:204::1', '64:ff9b::192.0.2.5', '2001:db8::1',
  ]; // biome-ignore format: a table

  it('denies a replay from the IPv6 addresses that contain a denied IPv4 address, as the rule does', async () => {
    const expected = ['192.0.2.5', '64:ff9b::192.0.2.5', '2001:db8::1'];
    expect(await passing({ deny: ['192.0.2.4'] }, addresses)).to.deep.equal({
      judged: expected,
      replayed: expected,
    });
  });

  it('takes an IPv4-mapped block for IPv4, as the rule does', async () => {
    const expected = ['192.0.2.4', '192.0.2.5'];
    expect(await passing({ allow: ['::ffff:192.0.2.0/120'] }, addresses)).to.deep.equal({
      judged: expected,
      replayed: expected,
    });
  });

  it('never allows an IPv6 address because of the IPv4 address in it', async () => {
    const expected = ['192.0.2.4', '192.0.2.5'];
    expect(await passing({ allow: ['192.0.2.0/24'] }, addresses)).to.deep.equal({
      judged: expected,
      replayed: expected,
    });
  });
});
