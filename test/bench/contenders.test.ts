import { expect } from 'chai';
import type { ContenderModule, Event, Handler } from '../../bench/contenders/contender.ts';
import { CONTENDERS, moduleOf } from '../../bench/contenders/index.ts';
import { eventText } from '../../bench/events.ts';
import { type IdentityProvider, startIdentityProvider } from '../../bench/identity-provider.ts';
import { lambdaContext } from '../../lib/testing.ts';

/** They differ from others of these by their log line alone. */
const TALKATIVE = ['ours-log', 'ours-log-ready', 'ours-log-piped', 'ours-users-logger', 'middy-jose-log'];
/** They are no authorizers, but what is in one. */
const PARTS = ['floor', 'middy-alone'];
const AUTHORIZERS = CONTENDERS.filter(({ name }) => !PARTS.includes(name) && !TALKATIVE.includes(name));

interface Answer {
  readonly principalId?: string;
  readonly policyDocument?: { readonly Statement: readonly { readonly Effect: string }[] };
  readonly context?: { readonly scope?: string };
}

async function verdict(decide: Handler, token: string): Promise<string | undefined> {
  const event = JSON.parse(eventText({ token })) as Event;
  try {
    const answer = (await decide(event, lambdaContext())) as Answer;
    expect(answer.principalId).to.match(/^auth0\|/);
    expect(answer.context).to.have.property('scope', 'openid profile read:orders write:orders');
    return answer.policyDocument?.Statement[0]?.Effect;
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error;
    return 'refused';
  }
}

describe('the authorizers that the bench compares', () => {
  let provider: IdentityProvider;
  let good: string;
  before(async () => {
    provider = await startIdentityProvider();
    [good] = provider.tokens(1) as [string];
  });
  after(() => provider.close());

  for (const { name } of AUTHORIZERS) {
    describe(name, () => {
      let decide: Handler;
      before(async () => {
        decide = await ((await import(moduleOf(name).href)) as ContenderModule).create(provider.plain);
      });

      it('allows a good token, new and known', async () => {
        expect(await verdict(decide, good)).to.equal('Allow');
        expect(await verdict(decide, good)).to.equal('Allow');
      });

      it('refuses a token with another signature', async () => {
        const [other] = provider.tokens(2).slice(1) as [string];
        const forged = good.slice(0, good.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'));
        expect(await verdict(decide, forged)).to.equal('refused');
      });

      it('refuses a token of another issuer', async () => {
        const [foreign] = provider.tokens(1, provider.tls) as [string];
        expect(await verdict(decide, foreign)).to.equal('refused');
      });
    });
  }

  it('include a floor that verifies signatures', async () => {
    const { create, prepare } = await import(moduleOf('floor').href);
    const verify = create(provider.plain);
    const eventOf = (token: string) => prepare(JSON.parse(eventText({ token })));
    expect(verify(eventOf(good))).to.equal(true);
    expect(() => verify(eventOf(`${good.slice(0, -8)}AAAAAAAA`))).to.throw('Unauthorized');
  });
});
