import { expect } from 'chai';
import fc from 'fast-check';
import { AuthorizerFault } from '../../../lib/decision/errors.ts';
import { gatewayOfKind, recognise } from '../../../lib/gateways/index.ts';
import { type AuthorizerOptions, auth0Authorizer, type PolicyDocument } from '../../../lib/index.ts';
import { readAnswer } from '../../../lib/testing/answer.ts';
import { createTestIssuer, type EventOptions } from '../../../lib/testing.ts';
import { type Damage, damaged, damages, oddTexts } from '../../support/damage.ts';
import { EVERY_GATEWAY } from '../../support/every-gateway.ts';
import { invoke, recordingLog } from '../../support/invoke.ts';
import { middy } from '../../support/middy.ts';
import type { FuzzTarget } from '../target.ts';

/** Stands in events for the token, which differs each time that a process makes keys. */
const TOKEN = '{{token}}';

interface Input {
  readonly setUp: keyof typeof SET_UPS;
  readonly token: keyof typeof TOKENS;
  /** The event as Lambda gets it. */
  readonly event: unknown;
}

const issuer = createTestIssuer();
const stranger = createTestIssuer();

/** By name, what makes the token that is in the event. Only the first may be allowed. */
const TOKENS = {
  good: issuer.token({ scope: 'read:orders' }),
  'without the scope': issuer.token({ scope: 'openid' }),
  expired: issuer.token({ scope: 'read:orders', exp: 1 }),
  forged: stranger.token({ scope: 'read:orders' }),
  'for another API': issuer.token({ scope: 'read:orders', aud: 'https://other.example.com/' }),
};

const ANYWHERE = { ip: { allow: ['0.0.0.0/0', '::/0'] } } as const;
const PROXIES = { header: 'x-forwarded-for', trustedHops: 2 } as const;

/** Authorizers that read different parts of events. Each demands the scope on every path. */
const SET_UPS = {
  routes: {
    routes: { 'GET /orders': { scopes: ['read:orders'] }, 'ANY /orders/{id}': { scopes: ['read:orders'] } },
    rules: { scopes: ['read:orders'] },
  },
  sources: {
    rules: { scopes: ['read:orders'], ...ANYWHERE },
    tokenSource: { header: 'authorization', query: 'access_token', cookie: 'session' },
  },
  proxies: {
    rules: { scopes: ['read:orders'], ip: { allow: ['0.0.0.0/0', '::/0'], source: PROXIES } },
    undeclared: 'rules',
    routes: { 'GET /{all+}': {} },
  },
  simple: { rules: { scopes: ['read:orders'] }, httpApiResponse: 'simple' },
} as const satisfies Readonly<Record<string, AuthorizerOptions>>;

const requests: fc.Arbitrary<EventOptions> = fc.record(
  {
    path: fc.constantFrom('/orders', '/orders/7', '/', '/orders/', '/x%20y'),
    headers: fc.constantFrom(
      {},
      { 'X-Forwarded-For': '198.51.100.1, 203.0.113.7' },
      { Cookie: `a=1; session=${TOKEN}` },
      { 'X-Other': ['1', '2'] },
    ),
    query: fc.constantFrom({}, { access_token: TOKEN }, { q: ['1', '2'] }),
  },
  { requiredKeys: [] },
);

const wholeEvents = fc
  .tuple(fc.constantFrom(...EVERY_GATEWAY), requests, fc.constantFrom(TOKEN, TOKEN, TOKEN, undefined))
  .map(([gateway, options, token]) => {
    const { path, ...others } = options;
    return JSON.parse(JSON.stringify(gateway.event({ ...others, path: path ?? '/orders', token }))) as object;
  });

const damagedEvents = fc
  .tuple(wholeEvents, fc.array(damages, { maxLength: 4 }), fc.option(oddTexts, { freq: 8 }))
  .map(([event, list, suffix]) => withSuffix(damaged(event, list as readonly Damage[]), suffix));

/** The credential followed by an odd text, in one of the places where gateways carry it. */
function withSuffix(event: object, suffix: string | null): unknown {
  return suffix === null
    ? event
    : JSON.parse(JSON.stringify(event).replace(TOKEN, TOKEN + JSON.stringify(suffix).slice(1, -1)));
}

const log = recordingLog();
const handlers = new Map(
  Object.entries(SET_UPS).map(([name, options]) => [
    name,
    middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: log })),
  ]),
);

async function check({ setUp, token, event }: Input): Promise<void> {
  const text = TOKENS[token];
  const sent: unknown = JSON.parse(JSON.stringify(event).replaceAll(TOKEN, text));
  log.lines.length = 0;
  const outcome = await invoke(handlers.get(setUp), sent);
  expect(log.lines, 'lines in the log').to.have.lengthOf(1);
  expectNoToken(outcome.kind === 'error' ? String(outcome.error.stack) : outcome.response, text);
  expectNoToken(log.lines, text);
  expect(String(log.lines[0]?.decision)).to.be.oneOf(
    token === 'good' ? ['allow', 'deny', 'fault'] : ['deny', 'fault'],
  );
  if (outcome.kind === 'error') {
    if (outcome.error.message === 'Unauthorized') return;
    expect(outcome.error).to.be.instanceOf(AuthorizerFault);
    expect((outcome.error as AuthorizerFault).code, outcome.error.stack).to.equal('unknown_event');
    return;
  }
  const { kind } = recognise(sent);
  const asked =
    setUp === 'simple' && gatewayOfKind(kind).answersWith === 'policy or simple' ? 'simple' : 'iam';
  readAnswer(outcome.response, kind, { httpApiResponse: asked });
  const { policyDocument, isAuthorized } = outcome.response;
  if (token !== 'good') expect(isAllow(policyDocument, isAuthorized)).to.equal(false);
}

/** Whether the answer could allow anything. */
function isAllow(document: PolicyDocument | undefined, isAuthorized: boolean | undefined): boolean {
  return isAuthorized === true || document?.Statement.some(({ Effect }) => Effect === 'Allow') === true;
}

/** Neither the token nor its signature. */
function expectNoToken(output: unknown, token: string): void {
  const [, , signature = ''] = token.split('.');
  expect(JSON.stringify(output)).not.to.include(signature);
}

export const events: FuzzTarget<Input> = {
  name: 'events',
  claim: 'answers any event in the way of its gateway, allows a good token only, and shows the token nowhere',
  home: 'test/authorizer/properties.test.ts',
  inputs: fc.record({
    setUp: fc.constantFrom(...(Object.keys(SET_UPS) as Input['setUp'][])),
    token: fc.constantFrom('good', ...(Object.keys(TOKENS) as Input['token'][])),
    event: fc.oneof(
      { weight: 20, arbitrary: damagedEvents },
      { weight: 1, arbitrary: fc.jsonValue({ noUnicodeString: false }) },
    ),
  }),
  ciRuns: 3000,
  check,
};
