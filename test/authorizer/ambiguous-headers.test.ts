import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import {
  clientCertificate,
  createTestIssuer,
  decide,
  dpopKey,
  dpopProof,
  httpApi1Event,
  restRequestEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

const SECRET = 'a-secret-of-the-origin';
const proof = { header: 'X-Origin-Secret', secret: SECRET };

/** Everything that decides by a header: the option, and the header with a value that passes. */
const READERS: readonly [
  what: string,
  options: Partial<AuthorizerOptions>,
  headers: Record<string, string>,
][] = [
  [
    'the address in X-Forwarded-For',
    { rules: { ip: { allow: ['203.0.113.9'], source: { header: 'x-forwarded-for', trustedHops: 1 } } } },
    { 'X-Forwarded-For': '203.0.113.9' },
  ],
  [
    'the address of the viewer',
    { rules: { ip: { deny: ['192.0.2.1'], source: 'cloudfront-viewer-address' } } },
    { 'CloudFront-Viewer-Address': '203.0.113.9:443' },
  ],
  [
    'the country of the viewer',
    { rules: { country: { deny: ['FR'], source: 'cloudfront', unknown: 'allow' } } },
    { 'CloudFront-Viewer-Country': 'DE' },
  ],
  ['the organization', { rules: { organization: { matches: 'header:x-org' } } }, { 'X-Org': 'org_a' }],
];

describe('a header that decides', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const token = issuer.token({ org_id: 'org_a' });
  async function refusalOf(options: Partial<AuthorizerOptions>, event: unknown) {
    const handler = middy().use(auth0Authorizer({ ...issuer.options, ...options, logger: false }));
    const decision = await decide(handler, event);
    return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
  }
  const respelled = (headers: Record<string, string>, value: (text: string) => string) =>
    Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), value(text)]));

  for (const [what, options, headers] of READERS) {
    it(`passes in one spelling, whichever: ${what}`, async () => {
      for (const sent of [headers, respelled(headers, (text) => text)]) {
        for (const build of [restRequestEvent, httpApi1Event, webSocketEvent]) {
          expect(await refusalOf(options, build({ token, headers: sent }))).to.equal('allow');
        }
      }
    });

    it(`is refused in two spellings, in either order, with equal values too: ${what}`, async () => {
      for (const value of [(text: string) => text, () => '192.0.2.66', () => '']) {
        const second = respelled(headers, value);
        for (const sent of [
          { ...headers, ...second },
          { ...second, ...headers },
        ]) {
          for (const build of [restRequestEvent, httpApi1Event, webSocketEvent]) {
            expect(await refusalOf(options, build({ token, headers: sent }))).to.equal('ambiguous_header');
          }
        }
      }
    });

    it(`is refused when the two maps of a REST event have other values: ${what}`, async () => {
      const lists = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, [text]]));
      const event = restRequestEvent({ token, headers });
      const differing = {
        ...event.headers,
        ...Object.fromEntries(Object.keys(lists).map((name) => [name, 'x'])),
      };
      expect(await refusalOf(options, event)).to.equal('allow');
      expect(await refusalOf(options, { ...event, headers: differing })).to.equal('ambiguous_header');
    });
  }

  it('is refused when it is the proof of a source', async () => {
    const source = { header: 'x-forwarded-for', trustedHops: 1, proof };
    const headers = { 'x-forwarded-for': '203.0.113.9', 'X-Origin-Secret': SECRET };
    const options = { rules: { ip: { allow: ['203.0.113.9'], source } } };
    expect(await refusalOf(options, restRequestEvent({ token, headers }))).to.equal('allow');
    const twice = { ...headers, 'x-origin-secret': SECRET };
    expect(await refusalOf(options, restRequestEvent({ token, headers: twice }))).to.equal(
      'ambiguous_header',
    );
  });

  it('does not matter in two spellings to rules that do not read it', async () => {
    const options = { rules: { ip: { allow: ['203.0.113.7'] } } };
    const headers = { 'X-Forwarded-For': '192.0.2.1', 'x-forwarded-for': '192.0.2.2' };
    expect(await refusalOf(options, restRequestEvent({ token, headers }))).to.equal('allow');
  });

  it('is reported, and not enforced, by a rule that only reports', async () => {
    const rules = {
      country: { allow: ['DE'], source: 'cloudfront', reportOnly: true },
    } as const;
    const headers = { 'CloudFront-Viewer-Country': 'DE', 'cloudfront-viewer-country': 'DE' };
    expect(await refusalOf({ rules }, restRequestEvent({ token, headers }))).to.equal('allow');
  });

  it('is refused as the proof of a bound token', async () => {
    const key = dpopKey();
    const bound = issuer.token({ cnf: key.cnf });
    const event = () => {
      const options = { path: '/orders', domainName: 'api.example.com' };
      const url = `https://api.example.com${restRequestEvent(options).requestContext.path}`;
      return restRequestEvent({ ...options, token: bound, proof: dpopProof({ key, token: bound, url }) });
    };
    const options = { dpop: dpop('required') };
    expect(await refusalOf(options, event())).to.equal('allow');
    const { headers, multiValueHeaders, ...rest } = event();
    const twice = {
      ...rest,
      headers,
      multiValueHeaders: { ...multiValueHeaders, dpop: multiValueHeaders?.['DPoP'] },
    };
    expect(await refusalOf(options, twice)).to.equal('dpop_proof_invalid');
    const other = { ...rest, headers: { ...headers, DPoP: 'x' }, multiValueHeaders };
    expect(await refusalOf(options, other)).to.equal('dpop_proof_invalid');
  });

  it('is refused as the certificate of a proxy, and as its proof', async () => {
    const own = clientCertificate();
    const bound = issuer.token({ cnf: own.cnf });
    const header = 'CloudFront-Viewer-Cert-Sha256';
    const source = { header, encoding: 'sha256-hex', proof } as const;
    const options = { mtls: mtls({ mode: 'required', source }) };
    const headers = { [header]: own.sha256, 'X-Origin-Secret': SECRET };
    const at = (all: Record<string, string>) =>
      refusalOf(options, restRequestEvent({ token: bound, headers: all }));
    expect(await at(headers)).to.equal('allow');
    const event = restRequestEvent({ token: bound, headers });
    for (const name of [header, 'X-Origin-Secret']) {
      expect(await at({ ...headers, [name.toLowerCase()]: '' })).to.equal('certificate_missing');
      const other = { ...event, headers: { ...event.headers, [name]: 'x' } };
      expect(await refusalOf(options, other)).to.equal('certificate_missing');
    }
  });
});
