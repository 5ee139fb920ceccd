import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { type CertificateHeader, mtls } from '../../lib/binding.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import { auth0Authorizer, identitySources } from '../../lib/index.ts';
import {
  appSyncGraphqlEvent,
  clientCertificate,
  createTestIssuer,
  decide,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';

const SECRET = 'a secret of the distribution';
const proof = { header: 'X-Origin-Secret', secret: SECRET };
const SHA: CertificateHeader = { header: 'CloudFront-Viewer-Cert-Sha256', encoding: 'sha256-hex', proof };
const PEM: CertificateHeader = { header: 'CloudFront-Viewer-Cert-Pem', encoding: 'pem-url', proof };

/** The builders of events that can have a certificate. */
const BUILDERS = { restRequestEvent, httpApi1Event, httpApi2Event };

describe('mtls', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const own = clientCertificate();
  const other = clientCertificate();
  const bound = issuer.token({ cnf: own.cnf });
  const unbound = issuer.token();

  const authorizer = (options: Parameters<typeof mtls>[0]) =>
    middy().use(auth0Authorizer({ mtls: mtls(options), ...issuer.options, logger: false }));
  async function outcomeOf(handler: ReturnType<typeof authorizer>, event: unknown) {
    const decision = await decide(handler, event);
    return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
  }

  for (const [name, build] of Object.entries(BUILDERS)) {
    it(`compares the certificate of ${name}, of a new token and of a known one`, async () => {
      const handler = authorizer('allowed');
      for (let use = 0; use < 2; use += 1) {
        const event = (pem?: string) => build({ token: bound, clientCertificate: pem });
        expect(await outcomeOf(handler, event(own.pem))).to.equal('allow');
        expect(await outcomeOf(handler, event(other.pem))).to.equal('certificate_mismatch');
        expect(await outcomeOf(handler, event())).to.equal('certificate_missing');
        expect(await outcomeOf(handler, event('no PEM'))).to.equal('certificate_missing');
        expect(await outcomeOf(handler, event(own.pem + own.pem))).to.equal('certificate_missing');
      }
    });
  }

  it('takes the token as Bearer, and as DPoP without a proof', async () => {
    const handler = authorizer('required');
    for (const scheme of ['Bearer', 'DPoP', 'dpop']) {
      const event = (pem: string) =>
        restRequestEvent({ authorization: `${scheme} ${bound}`, clientCertificate: pem });
      expect(await outcomeOf(handler, event(own.pem)), scheme).to.equal('allow');
      expect(await outcomeOf(handler, event(other.pem)), scheme).to.equal('certificate_mismatch');
    }
  });

  it('accepts unbound tokens, as Bearer only, unless it is required', async () => {
    const event = { token: unbound, clientCertificate: own.pem };
    expect(await outcomeOf(authorizer('allowed'), restRequestEvent(event))).to.equal('allow');
    expect(await outcomeOf(authorizer({ mode: 'allowed' }), restRequestEvent(event))).to.equal('allow');
    expect(await outcomeOf(authorizer('required'), restRequestEvent(event))).to.equal('token_not_bound');
    const dpop = restRequestEvent({ authorization: `DPoP ${unbound}` });
    expect(await outcomeOf(authorizer('allowed'), dpop)).to.equal('unsupported_scheme');
  });

  it('refuses tokens that are bound to a key', async () => {
    const token = issuer.token({ cnf: { jkt: 'k', ...own.cnf } });
    const event = restRequestEvent({ token, clientCertificate: own.pem });
    expect(await outcomeOf(authorizer('allowed'), event)).to.equal('sender_constrained_token');
  });

  it('is not supported by gateways that send no certificate', async () => {
    for (const build of [restTokenEvent, webSocketEvent, appSyncGraphqlEvent]) {
      expect(await outcomeOf(authorizer('allowed'), build({ token: bound }))).to.equal('rule_not_supported');
    }
    const token = restTokenEvent({ token: bound });
    expect(await outcomeOf(authorizer({ mode: 'allowed', source: SHA }), token)).to.equal(
      'rule_not_supported',
    );
  });

  for (const source of [SHA, PEM]) {
    const text = ({ pem, sha256 }: typeof own) => (source === SHA ? sha256 : encodeURIComponent(pem));

    it(`reads ${source.header} with the proof of the hop only`, async () => {
      const handler = authorizer({ mode: 'allowed', source });
      const event = (headers: Record<string, string>) => restRequestEvent({ token: bound, headers });
      const good = { [source.header]: text(own), 'X-Origin-Secret': SECRET };
      expect(await outcomeOf(handler, event(good))).to.equal('allow');
      const foreign = { ...good, [source.header]: text(other) };
      expect(await outcomeOf(handler, event(foreign))).to.equal('certificate_mismatch');
      for (const headers of [
        {},
        { [source.header]: text(own) },
        { 'X-Origin-Secret': SECRET },
        { ...good, 'X-Origin-Secret': `${SECRET}.` },
        { ...good, [source.header]: '' },
        { ...good, [source.header]: '%' },
        { ...good, [source.header]: `${text(own)}, ${text(own)}` },
        { ...good, [source.header]: own.cnf['x5t#S256'] },
      ]) {
        expect(await outcomeOf(handler, event(headers)), JSON.stringify(headers)).to.equal(
          'certificate_missing',
        );
      }
    });

    it(`ignores the certificate of the event if the source is ${source.header}`, async () => {
      const handler = authorizer({ mode: 'allowed', source });
      const event = restRequestEvent({ token: bound, clientCertificate: own.pem });
      expect(await outcomeOf(handler, event)).to.equal('certificate_missing');
    });
  }

  it('reads hexadecimal in either case, and PEM with + for a blank', async () => {
    const headers = { 'CloudFront-Viewer-Cert-Sha256': own.sha256.toUpperCase(), 'X-Origin-Secret': SECRET };
    const bySha = authorizer({ mode: 'allowed', source: SHA });
    expect(await outcomeOf(bySha, restRequestEvent({ token: bound, headers }))).to.equal('allow');
    const encoded = encodeURIComponent(own.pem).replaceAll('%20', '+');
    const plus = { 'CloudFront-Viewer-Cert-Pem': encoded, 'X-Origin-Secret': SECRET };
    const byPem = authorizer({ mode: 'allowed', source: PEM });
    expect(await outcomeOf(byPem, restRequestEvent({ token: bound, headers: plus }))).to.equal('allow');
  });

  it('passes a bound token with its certificate alone, whatever else the request holds', async () => {
    const handler = authorizer('allowed');
    const certificate = fc.constantFrom(undefined, own.pem, other.pem);
    const scheme = fc.constantFrom('Bearer', 'DPoP');
    const names = fc.constantFrom(SHA.header, PEM.header, 'DPoP', 'X-Forwarded-Client-Cert');
    const headers = fc.dictionary(names, fc.constantFrom(own.sha256, encodeURIComponent(own.pem), own.pem));
    const build = fc.constantFrom(...Object.values(BUILDERS));
    await fc.assert(
      fc.asyncProperty(build, certificate, scheme, headers, async (make, pem, name, more) => {
        const event = make({
          authorization: `${name} ${bound}`,
          headers: more,
          ...(pem === undefined ? {} : { clientCertificate: pem }),
        });
        expect((await outcomeOf(handler, event)) === 'allow').to.equal(pem === own.pem);
      }),
      { numRuns: runs(50) },
    );
  });

  it('says which gateways cannot have it, and what to do', () => {
    const [fromGateway, fromHeader] = [mtls('allowed'), mtls({ mode: 'allowed', source: SHA })];
    for (const gateway of ['websocket', 'appsync-graphql', 'appsync-events'] as const) {
      expect(identitySources({ mtls: fromGateway }, gateway))
        .to.have.property('reason')
        .that.includes('mtls.source');
      expect(fromHeader.unsupported(gateway)).to.equal(null);
    }
    for (const binding of [fromGateway, fromHeader]) {
      expect(identitySources({ mtls: binding }, 'rest-token'))
        .to.have.property('reason')
        .that.includes('REQUEST');
      expect(binding.unsupported('rest-request')).to.equal(null);
    }
  });

  it('has no store that could fail', () => {
    const binding = mtls('allowed');
    binding.watch(() => expect.fail('called'));
    expect(binding.notice()).to.equal(null);
  });

  it('forbids caching, or adds its headers to the cache key', () => {
    const sourcesOf = (options: Parameters<typeof mtls>[0]) =>
      identitySources({ mtls: mtls(options) }, 'rest-request');
    expect(sourcesOf('allowed')).to.deep.include({ cache: false });
    expect(sourcesOf({ mode: 'required', source: SHA })).to.deep.include({
      cache: true,
      identitySources: [
        'method.request.header.Authorization',
        'method.request.header.CloudFront-Viewer-Cert-Sha256',
        'method.request.header.X-Origin-Secret',
      ],
    });
  });

  it('names the option that makes no sense', () => {
    for (const [options, path] of [
      ['on', 'mtls'],
      [{ mode: 'on' }, 'mtls.mode'],
      [{}, 'mtls.mode'],
      [{ mode: 'allowed', source: undefined }, 'mtls.source'],
      [{ mode: 'allowed', source: 'header' }, 'mtls.source'],
      [{ mode: 'allowed', source: { ...SHA, encoding: 'hex' } }, 'mtls.source.encoding'],
      [{ mode: 'allowed', source: { ...SHA, header: 'a b' } }, 'mtls.source.header'],
      [{ mode: 'allowed', source: { ...SHA, proof: undefined } }, 'mtls.source.proof'],
      [{ mode: 'allowed', source: { ...SHA, header: 'x-origin-secret' } }, 'mtls.source.proof.header'],
      [{ mode: 'allowed', proof }, 'mtls.proof'],
    ] as const) {
      expect(() => mtls(options as never), path)
        .to.throw(OptionError)
        .with.property('option', path);
    }
  });
});

describe('clientCertificate', () => {
  it('makes a certificate that Node reads, with its own thumbprint', () => {
    const { pem, sha256, cnf } = clientCertificate({ commonName: 'ann' });
    const certificate = new X509Certificate(pem);
    expect(certificate.subject).to.equal('CN=ann');
    expect(certificate.verify(certificate.publicKey)).to.equal(true);
    expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).to.equal(sha256);
    expect(Buffer.from(cnf['x5t#S256'], 'base64url').toString('hex')).to.equal(sha256);
  });

  it('makes another one each time, and refuses a bad name', () => {
    expect(clientCertificate().sha256).not.to.equal(clientCertificate().sha256);
    expect(() => clientCertificate({ commonName: '' })).to.throw(OptionError);
  });
});
