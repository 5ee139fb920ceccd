import { generateKeyPairSync, hash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { dpop, mtls } from '../../lib/binding.ts';
import { auth0Authorizer, type GatewayKind, identitySources } from '../../lib/index.ts';
import { clientCertificate, createTestIssuer, decide } from '../../lib/testing.ts';
import { Counts } from '../support/counts.ts';
import { EVERY_GATEWAY, type GatewayCase } from '../support/every-gateway.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';
import { type ProofKey, proofKey, proofOf } from './dpop/proofs.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });
const keys = [
  proofKey('ES256'),
  proofKey('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
] as const;
const DOMAIN = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
/** The last two are one path after decoding it twice. */
const PATHS = ['/orders/7', '/orders/8', '/caf%C3%A9%20x', '/', '/a%3Fb', '/a%253Fb'] as const;

/** Two tokens of one client, and one of another. */
const tokens = [keys[0], keys[0], keys[1]].map((key, at) => ({
  key,
  text: issuer.token({ sub: `auth0|${at}`, cnf: { jkt: key.thumbprint } }),
}));

/** Addresses as each gateway's clients use them. `null`: the gateway cannot have DPoP. */
const ADDRESSES: Readonly<Record<GatewayKind, ((path: string) => string) | null>> = {
  'rest-token': null,
  'rest-request': (path) => `https://${DOMAIN}/prod${path}`,
  'http-api-1.0': (path) => `https://${DOMAIN}${path}`,
  'http-api-2.0': (path) => `https://${DOMAIN}${path}`,
  websocket: () => `wss://${DOMAIN}/prod`,
  'appsync-graphql': null,
  'appsync-events': null,
};
/** Gateways whose events have the certificate of the client. */
const WITH_CERTIFICATE: readonly GatewayKind[] = ['rest-request', 'http-api-1.0', 'http-api-2.0'];

const methodAt = (kind: GatewayKind, method: string) => (kind === 'websocket' ? 'GET' : method);

/** A proof that some client made for some request, at some time. */
interface Made {
  readonly key: ProofKey;
  readonly method: string;
  readonly address: string;
  readonly token: string;
  readonly age: number;
  readonly text: string;
}

function make(key: ProofKey, method: string, address: string, token: string, age: number): Made {
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: address,
    iat: Math.floor(Date.now() / 1000) - age,
    ath: hash('sha256', token, 'base64url'),
  };
  return { key, method, address, token, age, text: proofOf(key, claims) };
}

/** Names in upper and lower case, as clients may spell them. */
const spelled = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) =>
      [...name].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter.toLowerCase())).join(''),
    );

/** How a request goes wrong, or is only unusual. Rare, so that many requests are good. */
const rarely = <Value>(usual: Value, ...others: Value[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );

const step = fc.record({
  gateway: fc.constantFrom(...EVERY_GATEWAY),
  path: fc.constantFrom(...PATHS),
  method: fc.constantFrom('GET', 'POST'),
  token: fc.nat({ max: tokens.length - 1 }),
  authorization: spelled('authorization'),
  scheme: rarely('DPoP', 'Bearer', 'dpop', 'DPoP '),
  dpop: spelled('dpop'),
  /** For each proof in the request: what differs from a good one. */
  proofs: rarely<readonly string[]>(
    ['good'],
    [],
    ['good', 'good'],
    ['again'],
    ['key'],
    ['method'],
    ['path'],
    ['encoding'],
    ['host'],
    ['token'],
    ['age'],
    ['damaged'],
  ),
  /** Whether several proofs are joined in one header, or sent in several. */
  isJoined: fc.boolean(),
  certificate: rarely<string | undefined>(undefined, clientCertificate().pem),
  /** Where a good proof, or another address, stands as well. */
  noise: fc.subarray(['query', 'cookie', 'header', 'host', 'override'], { maxLength: 2 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Requests of some clients to one authorizer, with what it must remember. */
class Session {
  readonly #handlers = new Map<GatewayCase, ReturnType<typeof handlerFor>>();
  readonly #binding = dpop('allowed');
  /** Proofs that let a request pass. */
  readonly #used: Made[] = [];

  async send(sent: Step): Promise<{ readonly isAllowed: boolean; readonly isProven: boolean }> {
    const { gateway, path, method: verb } = sent;
    const { kind } = gateway;
    const { key, text } = tokens[sent.token] as (typeof tokens)[number];
    const method = methodAt(kind, verb);
    const address = (ADDRESSES[kind] ?? ((part: string) => `https://${DOMAIN}${part}`))(path);
    const variant = (flaw: string): Made => {
      if (flaw === 'again') return this.#used.at(-1) ?? make(key, method, address, text, 0);
      const by = flaw === 'key' ? (keys.find((one) => one !== key) as ProofKey) : key;
      const of = flaw === 'token' ? (tokens.find((one) => one.text !== text)?.text ?? '') : text;
      const made = make(
        by,
        flaw === 'method' ? 'PUT' : method,
        flaw === 'path'
          ? `${address}/x`
          : flaw === 'host'
            ? address.replace(DOMAIN, 'evil.example')
            : flaw === 'encoding'
              ? address.replace(/%(25)?3F/, (_, again) => (again === undefined ? '%253F' : '%3F'))
              : address,
        of,
        flaw === 'age' ? 400 : 0,
      );
      return flaw === 'damaged' ? { ...made, text: `${made.text.slice(0, -8)}AAAAAAAA`, age: 999 } : made;
    };
    const proofs = sent.proofs.map(variant);
    // Events of this format have the last one of several headers.
    const seen = kind === 'http-api-1.0' && !sent.isJoined ? proofs.slice(-1) : proofs;
    const [first] = seen;
    const isProven =
      ADDRESSES[kind] !== null &&
      /^dpop$/i.test(sent.scheme.trim()) &&
      seen.length === 1 &&
      first !== undefined &&
      !this.#used.includes(first) &&
      first.key === key &&
      first.method === method &&
      first.address === address &&
      first.token === text &&
      first.age === 0 &&
      // Events of this format lack the path from the question mark on.
      !(kind === 'http-api-2.0' && path === '/a%3Fb');
    const event = eventOf(sent, text, proofs, variant('good').text);
    const { outcome } = await decide(this.#handler(gateway), event);
    if (isProven) this.#used.push(first);
    return { isAllowed: outcome === 'allow', isProven };
  }

  #handler(gateway: GatewayCase) {
    const known = this.#handlers.get(gateway) ?? handlerFor(gateway, { dpop: this.#binding });
    this.#handlers.set(gateway, known);
    return known;
  }
}

function handlerFor({ httpApiResponse }: GatewayCase, bindings: object) {
  const response = httpApiResponse === undefined ? {} : { httpApiResponse };
  return middy().use(auth0Authorizer({ ...issuer.options, ...response, ...bindings, logger: false }));
}

function eventOf(sent: Step, token: string, proofs: readonly Made[], unused: string): object {
  const texts = proofs.map(({ text }) => text);
  const has = (noise: string) => sent.noise.includes(noise);
  const headers: Record<string, string | string[]> = {
    [sent.authorization]: `${sent.scheme} ${token}`,
    ...(texts.length > 0 && { [sent.dpop]: sent.isJoined ? texts.join(', ') : texts }),
    ...(has('header') && { 'X-DPoP': unused, 'DPoP-Proof': unused }),
    ...(has('host') && {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      Forwarded: 'host=evil.example',
    }),
    ...(has('override') && { 'X-HTTP-Method-Override': 'PUT', 'X-Original-URL': `${sent.path}/x` }),
  };
  return sent.gateway.event({
    method: sent.method,
    path: sent.path,
    headers,
    // TOKEN and AppSync events carry the credential alone.
    identitySource: [`${sent.scheme} ${token}`],
    domainName: DOMAIN,
    clientCertificate: sent.certificate,
    ...(has('query') && { query: { DPoP: unused, dpop: unused, access_token: token } }),
    ...(has('cookie') && { cookies: [`DPoP=${unused}`, `dpop=${unused}`] }),
  });
}

/** What a run met, by kind of gateway. */
class Tally extends Counts {
  allowed: Partial<Record<GatewayKind, number>> = {};
  refused = 0;
}

describe('a bound token', () => {
  it('passes with its proof alone, once, on every gateway, whatever else the requests hold', async () => {
    const tally = new Tally();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }), async (steps) => {
        const session = new Session();
        for (const sent of steps) {
          const { isAllowed, isProven } = await session.send(sent);
          expect(isAllowed, JSON.stringify(sent)).to.equal(isProven);
          const { kind } = sent.gateway;
          if (isAllowed) tally.allowed[kind] = (tally.allowed[kind] ?? 0) + 1;
          else tally.refused += 1;
        }
      }),
      { numRuns: runs(60, 120) },
    );
    const supported = Object.keys(ADDRESSES).filter((kind) => ADDRESSES[kind as GatewayKind] !== null);
    expect(Object.keys(tally.allowed), String(tally)).to.have.members(supported);
    expect(tally.refused, String(tally)).to.be.greaterThan(runs(60, 120));
  }).timeout(120_000);

  it('passes with its certificate alone, on every gateway, whatever else the requests hold', async () => {
    const certificates = [clientCertificate(), clientCertificate()] as const;
    const token = issuer.token({ cnf: certificates[0].cnf });
    const handlers = new Map(EVERY_GATEWAY.map((one) => [one, handlerFor(one, { mtls: mtls('allowed') })]));
    const request = fc.record({
      gateway: fc.constantFrom(...EVERY_GATEWAY),
      authorization: spelled('authorization'),
      scheme: fc.constantFrom('Bearer', 'bearer', 'DPoP'),
      pem: fc.constantFrom(certificates[0].pem, certificates[0].pem, certificates[1].pem, undefined, 'x'),
      header: fc.constantFrom('X-Amzn-Mtls-Clientcert', 'CloudFront-Viewer-Cert-Sha256', 'X-Client-Cert'),
      value: fc.constantFrom(certificates[0].sha256, encodeURIComponent(certificates[0].pem)),
    });
    const allowed = new Set<GatewayKind>();
    await fc.assert(
      fc.asyncProperty(request, async ({ gateway, authorization, scheme, pem, header, value }) => {
        const credential = `${scheme} ${token}`;
        const event = gateway.event({
          headers: { [authorization]: credential, [header]: value },
          identitySource: [credential],
          clientCertificate: pem,
        });
        const { outcome } = await decide(handlers.get(gateway) as ReturnType<typeof handlerFor>, event);
        const { kind } = gateway;
        const isProven = pem === certificates[0].pem && WITH_CERTIFICATE.includes(kind);
        expect(outcome === 'allow').to.equal(isProven);
        if (isProven) allowed.add(kind);
      }),
      { numRuns: runs(200, 2000) },
    );
    expect([...allowed]).to.have.members([...WITH_CERTIFICATE]);
  });

  it('is never answered from a cache that is configured as identitySources says', () => {
    const kinds = new Set(EVERY_GATEWAY.map(({ kind }) => kind));
    for (const kind of kinds) {
      for (const bindings of [{ dpop: dpop('allowed') }, { mtls: mtls('allowed') }]) {
        expect(identitySources(bindings, kind), kind).to.include({ cache: false });
      }
    }
  });
});
