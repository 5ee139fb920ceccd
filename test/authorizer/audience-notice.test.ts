import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, eventFor } from '../../lib/testing.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

const issuer = createTestIssuer({ audience: 'orders' });

/** The audiences and APIs that the notice names; `null` without a notice. */
async function noticeWith(options: AuthorizerOptions) {
  const logger = recordingLog();
  const trust = { ...issuer.options, ...options };
  const handler = middy().use(auth0Authorizer({ logger, ...trust } as AuthorizerOptions));
  const event = eventFor('http-api-2.0', { token: issuer.token(), apiId: 'one' });
  await invoke(handler, event);
  await invoke(handler, event);
  const notices = logger.notices.filter(({ message }) => message === 'authorizer audiences');
  expect(notices.length).to.be.below(2);
  if (notices[0] === undefined) return null;
  const { level, line } = notices[0];
  const { advice, ...named } = line as { advice: string };
  expect(level).to.equal('warn');
  expect(advice).to.include('separate them with the rule `audience`');
  return named;
}

describe('the notice on exchangeable audiences', () => {
  const audience = ['orders', 'bills'];
  const keys = { keys: issuer.jwks, shared: true };
  const own = { domain: 'test.auth0.example', audience: ['orders', 'admin'] };

  const cases: readonly [what: string, options: AuthorizerOptions, named: object | null][] = [
    ['several audiences that nothing separates', { audience }, { audiences: audience }],
    ['one audience', { audience: ['orders'] }, null],
    ['a common rule', { audience, rules: { audience: ['orders'] } }, null],
    ['a common rule with all of them', { audience, rules: { audience } }, null],
    ['a rule of some route', { audience, routes: { 'GET /orders': { audience: ['orders'] } } }, null],
    [
      'a rule that only reports',
      { audience, rules: { audience: { any: ['orders'], reportOnly: true } } },
      { audiences: audience },
    ],
    [
      'a domain with several',
      { domain: [own], audience: undefined } as never,
      { audiences: ['orders', 'admin'] },
    ],
    [
      'domains with one each',
      {
        jwks: keys,
        domain: [
          { ...own, audience: 'orders' },
          { domain: 'b.auth0.com', audience: 'bills' },
        ],
        audience: undefined,
      } as never,
      null,
    ],
    ['APIs with one each', { audience: 'orders', apis: { one: {}, two: { audience: 'bills' } } }, null],
    [
      'APIs that inherit several',
      { audience, apis: { one: {}, two: { audience: 'bills' }, three: { rules: { audience: ['bills'] } } } },
      { audiences: audience, apis: ['one'] },
    ],
    [
      'APIs with several',
      { audience: 'orders', apis: { one: { audience }, two: {} } },
      { audiences: audience, apis: ['one'] },
    ],
  ];
  for (const [what, options, named] of cases) {
    it(`is ${named === null ? 'not logged' : 'logged once'}: ${what}`, async () => {
      expect(await noticeWith(options)).to.deep.equal(named);
    });
  }
});

describe('the notice on a client ID as audience', () => {
  const CLIENT = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE';

  async function audiencesNamed(audience: string[], more: object = {}) {
    const logger = recordingLog();
    const handler = middy().use(auth0Authorizer({ ...issuer.options, audience, logger, ...more }));
    const event = eventFor('http-api-2.0', { token: issuer.token({ aud: audience[0] }) });
    await invoke(handler, event);
    await invoke(handler, event);
    const notices = logger.notices.filter(({ message }) => message === 'authorizer client ID as audience');
    return notices.map(({ level, line }) => [level, (line as { audiences: unknown }).audiences]);
  }

  it('names the audiences once', async () => {
    expect(await audiencesNamed(['orders', CLIENT, 'tpc_1'])).to.deep.equal([['warn', [CLIENT, 'tpc_1']]]);
  });

  it('is not logged for identifiers of APIs', async () => {
    const audience = ['https://api.example.com/', 'orders', `${CLIENT}1`, CLIENT.slice(1), `urn:${CLIENT}`];
    expect(await audiencesNamed(audience)).to.deep.equal([]);
  });

  it('is not logged for an issuer other than Auth0', async () => {
    const other = { domain: undefined, issuer: 'https://test.auth0.example/' };
    expect(await audiencesNamed([CLIENT], other)).to.deep.equal([]);
  });
});
