import { expect } from 'chai';
import fc from 'fast-check';
import { writeExplanation } from '../../lib/cli/explain/print.ts';
import { writeLog } from '../../lib/cli/explain/print-log.ts';
import { outputTo } from '../../lib/cli/output.ts';
import { createExplainer } from '../../lib/explaining/explainer.ts';
import { explainLog } from '../../lib/explaining/log/explained-log.ts';
import { gatewayKinds } from '../../lib/gateways/index.ts';
import type { AuthorizerOptions } from '../../lib/index.ts';
import { eventFor } from '../../lib/testing.ts';
import { runs } from '../support/property-runs.ts';

const SECRET = 'S3CRET';

/** Values of claims, each with a mark that no output may contain. */
const value = fc.oneof(
  fc.string({ maxLength: 8 }).map((text) => `${SECRET}${text}`),
  fc.array(fc.constantFrom(`${SECRET}1`, `${SECRET}2`), { minLength: 1, maxLength: 3 }),
  fc.constant({ inner: [SECRET] }),
);
const claims = fc.record(
  {
    sub: fc.constantFrom(`auth0|${SECRET}`, `${SECRET}@clients`, `anon@${SECRET}`),
    azp: fc.constant(`client-${SECRET}`),
    scope: fc.constantFrom(`read:orders ${SECRET}`, SECRET),
    permissions: fc.constant([`write:${SECRET}`]),
    org_id: fc.constantFrom(`org_${SECRET}`, 'org_1'),
    aud: fc.constantFrom(`https://${SECRET}/`, 'https://api.example.com/'),
    iss: fc.constantFrom(`https://${SECRET}/`, 'https://tenant.eu.auth0.com/'),
    exp: fc.constantFrom(1, 4_102_444_800),
    act: fc.constant({ sub: `agt_${SECRET}` }),
    cnf: fc.constant({ jkt: SECRET }),
    'https://example.com/claim': value,
  },
  { requiredKeys: [] },
);

const rules: readonly AuthorizerOptions['rules'][] = [
  { scopes: ['read:orders'] },
  { permissions: ['write:orders'], clients: ['client-1'] },
  { claims: { 'https://example.com/claim': ['gold'] } },
  { organization: { matches: 'path:org' } },
  { callers: { allow: ['user'] }, authentication: { maxAge: 60 } },
  {
    custom: {
      fails: () => {
        throw new Error('down');
      },
    },
  },
];

const OUTCOMES = [
  { decision: 'allow', policy: 'partial' },
  { decision: 'deny', refusal: 'token_expired' },
  { decision: 'fault', fault: 'rule_error', rule: 'custom.a' },
];

describe('an explanation', () => {
  it('contains no token, and no value of a claim that was not asked for', async () => {
    const explainers = await Promise.all(
      rules.map((one = {}) =>
        createExplainer(
          {
            domain: 'tenant.eu.auth0.com',
            audience: 'https://api.example.com/',
            logClaims: ['https://example.com/claim'],
            routes: { 'GET /orgs/{org}': one, 'GET /orders': one.organization ? {} : one },
          },
          'resigned',
        ),
      ),
    );
    const property = fc.asyncProperty(
      claims,
      fc.constantFrom(...gatewayKinds()),
      fc.nat({ max: rules.length - 1 }),
      fc.constantFrom('/orders', '/orgs/org_1', '/none'),
      async (given, gateway, index, path) => {
        const explainer = explainers[index] as (typeof explainers)[number];
        const token = explainer.resigner.fromClaims(given);
        const explanation = await explainer.explain(eventFor(gateway, { token, path }));
        let text = JSON.stringify(explanation);
        writeExplanation(outputTo({ write: (more) => (text += more) }, {}), explanation);
        expect(text).to.not.include(SECRET);
        expect(text).to.not.match(/eyJ[\w-]/);
      },
    );
    await fc.assert(property, { numRuns: runs(200, 2000) });
  }).timeout(60_000);

  it('of a log contains nothing that its lines say of a caller', () => {
    const caller = fc.record(
      {
        principalId: fc.constant(SECRET),
        actor: fc.constant(`agt_${SECRET}`),
        client: fc.constant(SECRET),
        organization: fc.constant(`org_${SECRET}`),
        clientIp: fc.constant(SECRET),
        claims: fc.dictionary(fc.constantFrom('a', 'b'), value),
        error: fc.record({ message: fc.constant('down'), stack: fc.constant(SECRET) }),
      },
      { requiredKeys: [] },
    );
    const line = fc.tuple(caller, fc.constantFrom(...OUTCOMES));
    const property = fc.property(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (lines, isExport) => {
        const messages = lines.map(([one, outcome]) => JSON.stringify({ ...one, ...outcome }));
        const text = isExport
          ? JSON.stringify({ events: messages.map((message) => ({ message })) })
          : messages.join('\n');
        const log = explainLog(text);
        let printed = JSON.stringify(log);
        writeLog(outputTo({ write: (more) => (printed += more) }, {}), log);
        expect(log.decisions).to.equal(lines.length);
        expect(printed).to.not.include(SECRET);
      },
    );
    fc.assert(property, { numRuns: runs(100, 1000) });
  });
});
