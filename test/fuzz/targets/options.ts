import { expect } from 'chai';
import fc from 'fast-check';
import { OptionError } from '../../../lib/decision/errors.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../../lib/index.ts';
import { createTestIssuer, decide, httpApi2Event, restRequestEvent } from '../../../lib/testing.ts';
import { damaged, smallDamages } from '../../support/damage.ts';
import { middy } from '../../support/middy.ts';
import type { FuzzTarget } from '../target.ts';

const issuer = createTestIssuer();
const stranger = createTestIssuer();

/** Good options of each kind, as far as they are plain data. */
const OPTIONS = {
  rules: {
    ip: {
      allow: ['0.0.0.0/0'],
      deny: ['192.0.2.0/24'],
      source: { header: 'x-forwarded-for', trustedHops: 1 },
    },
    country: { deny: ['KP'], unknown: 'deny', source: 'cloudfront' },
    callers: { allow: ['user', 'machine'] },
    clients: { allow: ['client-1'] },
    organization: { allow: ['org_1'], matches: 'header:x-org', by: 'id' },
    scopes: { any: ['read:orders', 'write:orders'] },
    permissions: ['read:orders'],
    claims: { 'https://example.com/plan': { in: ['pro', 'team'] } },
    audience: ['https://api.example.com/'],
  },
  routes: {
    'GET /orders': { scopes: ['read:orders'] },
    'ANY /orders/{id}/{rest+}': { permissions: { all: ['a'], any: ['b'] } },
    'GET /open': { token: 'optional' },
    $default: { scopes: { all: ['x'], reportOnly: true } },
  },
  undeclared: 'rules',
  tokenSource: {
    header: 'x-token',
    query: 'token',
    cookie: 'session',
    prefer: ['header', 'query', 'cookie'],
  },
  conditions: { tokenExpiry: true },
  clockTolerance: 5,
  maxTokenAge: 3600,
  profile: 'rfc9068',
  tokenCache: { max: 10 },
  requiredClaims: ['sub'],
  unauthorized: 'throw',
  httpApiResponse: 'simple',
  context: false,
  logClaims: ['scope'],
  allowSampleRate: 0.5,
  apis: { a1b2c3d4e5: { routes: { 'GET /orders': { scopes: ['read:orders'] } }, undeclared: 'deny' } },
  handlerDecides: true,
  denyRest: false,
  ttlOverride: 60,
} as const;

const names = Object.keys(OPTIONS);

const inputs = fc
  .tuple(fc.subarray(names, { minLength: 1, maxLength: 3 }), fc.array(smallDamages, { maxLength: 2 }))
  .chain(([chosen, list]) => {
    const whole = Object.fromEntries(chosen.map((name) => [name, OPTIONS[name as keyof typeof OPTIONS]]));
    // One member of each table of rules, so that options without damage are good more often.
    return fc
      .nat(8)
      .map((at) =>
        'rules' in whole ? { ...whole, rules: Object.fromEntries(pick(OPTIONS.rules, at)) } : whole,
      )
      .map((options) => damaged<object>(options, list));
  });

const pick = (table: object, at: number) => Object.entries(table).slice(at, at + 1);

const EVENTS = [restRequestEvent, httpApi2Event];

async function check(options: object): Promise<void> {
  let handler: ReturnType<typeof middy>;
  try {
    handler = middy().use(
      auth0Authorizer({ ...options, ...issuer.options, logger: false } as AuthorizerOptions),
    ) as never;
  } catch (error) {
    expect(error).to.be.instanceOf(OptionError);
    const { option, advice } = error as OptionError;
    expect(option, 'the path of the option').to.be.a('string');
    expect(advice, 'what is wrong').to.match(/\S/);
    return;
  }
  for (const build of EVENTS) {
    const good = await decide(handler, build({ token: issuer.token() }));
    if (good.outcome === 'fault') expect(good.code, good.error.stack).not.to.equal('internal_error');
    const forged = await decide(handler, build({ token: stranger.token() }));
    expect(forged.outcome, 'a forged token').to.equal('deny');
  }
}

export const options: FuzzTarget<object> = {
  name: 'options',
  claim: 'any options either stop the authorizer at start-up with an OptionError, or refuse forged tokens',
  home: 'test/authorizer/options.test.ts',
  inputs,
  ciRuns: 600,
  check,
};
