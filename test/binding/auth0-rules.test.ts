import { generateKeyPairSync, hash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { dpop, mtls } from '../../lib/binding.ts';
import { auth0Authorizer } from '../../lib/index.ts';
import { clientCertificate, createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';
import { auth0Sdk, type BoundCall } from './auth0-sdk.ts';
import { proofKey, proofOf } from './dpop/proofs.ts';

/*
 * What express-oauth2-jwt-bearer, Auth0's SDK for Express, says to a request with a bound token, and what this package says.
 * Where they differ, the case says why.
 */

type Members = Readonly<Record<string, unknown>>;

const DOMAIN = 'api.example.com';
const ADDRESS = `https://${DOMAIN}/test/orders/7`;
const issuer = createTestIssuer({ algorithm: 'ES256' });
const key = proofKey('ES256');
const other = proofKey('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const certificate = clientCertificate();
const otherCertificate = clientCertificate();

const withCnf = (cnf: unknown) => issuer.token({ cnf });
const bound = withCnf({ jkt: key.thumbprint });
const unbound = issuer.token();
const certified = withCnf(certificate.cnf);
const twice = withCnf({ jkt: key.thumbprint, ...certificate.cnf });

const claimsFor = (token: string): Members => ({
  jti: randomUUID(),
  htm: 'GET',
  htu: ADDRESS,
  iat: Math.floor(Date.now() / 1000),
  ath: hash('sha256', token, 'base64url'),
});
/** A new proof for the bound token, good in all that is not given. */
const proof = (claims: Members = {}, header: Members = {}, by = key) =>
  proofOf(by, { ...claimsFor(bound), ...claims }, header);
const proofFor = (token: string) => proof(claimsFor(token));
const ago = (seconds: number) => ({ iat: Math.floor(Date.now() / 1000) - seconds });

type Call = Partial<BoundCall>;
const underDpop = (text?: string, token = bound): Call => ({ authorization: `DPoP ${token}`, proof: text });
const asBearer = (token: string, text?: string): Call => ({ authorization: `Bearer ${token}`, proof: text });

/** A request of a client with a key of another algorithm, its proof signed by jose. */
async function withKeyOf(alg: string): Promise<Call> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const token = withCnf({ jkt: await calculateJwkThumbprint(jwk) });
  const header = { alg, typ: 'dpop+jwt', jwk };
  return underDpop(await new SignJWT(claimsFor(token)).setProtectedHeader(header).sign(privateKey), token);
}

/** Why this package differs. */
const BECAUSE = {
  algorithms: 'only algorithms that `dpop.algorithms` names pass',
  binds: 'a token that says it is bound never passes as a bearer token',
  both: 'a token with two bindings needs both',
  address: 'the client does not choose the address that `htu` is compared with',
  method: 'methods are case-sensitive (RFC 9110, section 9.1)',
  once: 'a proof is good once',
  bounded: 'the id of a proof is a text of bounded length',
  clock: 'clocks may differ by `dpop.clockTolerance`, either way',
  plainUrl: '`htu` names no user',
  advice: 'Auth0 advises clients to send tokens with a certificate like this',
} as const;

interface Case {
  readonly title: string;
  readonly call: () => Call | Promise<Call>;
  /** `allow`, or status and code. */
  readonly auth0: string;
  readonly ours: string;
  /** Only, and always, if one allows what the other refuses. */
  readonly because?: string;
}

const INVALID = { auth0: '400 invalid_dpop_proof', ours: 'dpop_proof_invalid' };
const BOTH = { auth0: 'allow', ours: 'allow' };

const PROOFS: readonly Case[] = [
  { title: 'a good proof', call: () => underDpop(proof()), ...BOTH },
  {
    title: 'a good proof, the scheme in lower case',
    call: () => ({ ...underDpop(proof()), authorization: `dpop ${bound}` }),
    ...BOTH,
  },
  { title: 'no proof', call: () => underDpop(), auth0: '400', ours: 'dpop_proof_missing' },
  { title: 'an empty proof', call: () => underDpop(''), auth0: '400', ours: 'dpop_proof_invalid' },
  { title: 'two proofs', call: () => underDpop(`${proof()}, ${proof()}`), ...INVALID },
  { title: 'a proof that is no JWT', call: () => underDpop('x.y.z'), ...INVALID },
  { title: 'another `typ`', call: () => underDpop(proof({}, { typ: 'JWT' })), ...INVALID },
  {
    title: 'a media type as `typ`',
    call: () => underDpop(proof({}, { typ: 'application/dpop+jwt' })),
    ...BOTH,
  },
  { title: '`alg` none', call: () => underDpop(proof({}, { alg: 'none' })), ...INVALID },
  { title: 'a symmetric `alg`', call: () => underDpop(proof({}, { alg: 'HS256' })), ...INVALID },
  { title: 'a key and proof of RS256', call: () => withKeyOf('RS256'), ...BOTH },
  ...['PS256', 'ES384', 'EdDSA'].map((alg) => ({
    title: `a key and proof of ${alg}`,
    call: () => withKeyOf(alg),
    auth0: 'allow',
    ours: 'dpop_proof_invalid',
    because: BECAUSE.algorithms,
  })),
  { title: 'no `jwk`', call: () => underDpop(proof({}, { jwk: undefined })), ...INVALID },
  { title: 'a private `jwk`', call: () => underDpop(proof({}, { jwk: key.privateJwk })), ...INVALID },
  { title: 'a member in `crit`', call: () => underDpop(proof({}, { crit: ['x'], x: 1 })), ...INVALID },
  {
    title: 'the proof of another key',
    call: () => underDpop(proof({}, {}, other)),
    auth0: '401 invalid_token',
    ours: 'dpop_key_mismatch',
  },
  {
    title: 'the right `jwk`, signed by another key',
    call: () => underDpop(proof({}, { jwk: key.jwk }, other)),
    ...INVALID,
  },
  { title: 'no `htm`', call: () => underDpop(proof({ htm: undefined })), ...INVALID },
  { title: 'another `htm`', call: () => underDpop(proof({ htm: 'POST' })), ...INVALID },
  {
    title: '`htm` in lower case',
    call: () => underDpop(proof({ htm: 'get' })),
    auth0: 'allow',
    ours: 'dpop_proof_invalid',
    because: BECAUSE.method,
  },
  { title: 'no `htu`', call: () => underDpop(proof({ htu: undefined })), ...INVALID },
  { title: 'an `htu` that is no URL', call: () => underDpop(proof({ htu: '/test/orders/7' })), ...INVALID },
  ...['https://api.example.com/test/orders/8', 'https://api.example.com/test/orders/7/'].map((htu) => ({
    title: `the \`htu\` ${htu}`,
    call: () => underDpop(proof({ htu })),
    ...INVALID,
  })),
  ...['http://api.example.com/test/orders/7', 'https://evil.example/test/orders/7'].map((htu) => ({
    title: `the \`htu\` ${htu}`,
    call: () => underDpop(proof({ htu })),
    ...INVALID,
  })),
  ...[
    `${ADDRESS}?a=b#c`,
    'HTTPS://API.Example.com:443/test/orders/7',
    `https://${DOMAIN}/test/%6frders/x/../7`,
  ].map((htu) => ({ title: `the \`htu\` ${htu}`, call: () => underDpop(proof({ htu })), ...BOTH })),
  {
    title: 'a user in `htu`',
    call: () => underDpop(proof({ htu: `https://user@${DOMAIN}/test/orders/7` })),
    auth0: 'allow',
    ours: 'dpop_proof_invalid',
    because: BECAUSE.plainUrl,
  },
  {
    title: 'a query in the request',
    call: () => ({ ...underDpop(proof()), url: `${ADDRESS}?a=b` }),
    ...BOTH,
  },
  {
    title: 'the `htu` of a host that the client names in `Host`',
    call: () => ({
      ...underDpop(proof({ htu: 'https://evil.example/test/orders/7' })),
      host: 'evil.example',
    }),
    auth0: 'allow',
    ours: 'dpop_proof_invalid',
    because: BECAUSE.address,
  },
  { title: 'no `iat`', call: () => underDpop(proof({ iat: undefined })), ...INVALID },
  { title: 'an `iat` that is a text', call: () => underDpop(proof({ iat: '1' })), ...INVALID },
  { title: 'an `iat` 290 seconds ago', call: () => underDpop(proof(ago(290))), ...BOTH },
  {
    title: 'an `iat` 315 seconds ago',
    call: () => underDpop(proof(ago(315))),
    auth0: '400 invalid_dpop_proof',
    ours: 'allow',
    because: BECAUSE.clock,
  },
  { title: 'an `iat` 340 seconds ago', call: () => underDpop(proof(ago(340))), ...INVALID },
  { title: 'an `iat` in 20 seconds', call: () => underDpop(proof(ago(-20))), ...BOTH },
  { title: 'an `iat` in 40 seconds', call: () => underDpop(proof(ago(-40))), ...INVALID },
  { title: 'an `exp` in the past', call: () => underDpop(proof({ exp: 1 })), ...INVALID },
  { title: 'no `jti`', call: () => underDpop(proof({ jti: undefined })), ...INVALID },
  ...[7, 'x'.repeat(300)].map((jti) => ({
    title: `the \`jti\` ${String(jti).slice(0, 9)}`,
    call: () => underDpop(proof({ jti })),
    auth0: 'allow',
    ours: 'dpop_proof_invalid',
    because: BECAUSE.bounded,
  })),
  { title: 'no `ath`', call: () => underDpop(proof({ ath: undefined })), ...INVALID },
  { title: 'the `ath` of another token', call: () => underDpop(proofFor(unbound)), ...INVALID },
  { title: 'a nonce', call: () => underDpop(proof({ nonce: 'n' })), ...BOTH },
];

const TOKENS: readonly Case[] = [
  { title: 'an unbound token as Bearer', call: () => asBearer(unbound), ...BOTH },
  {
    title: 'an unbound token as Bearer, with a proof',
    call: () => asBearer(unbound, proofFor(unbound)),
    auth0: '400 invalid_request',
    ours: 'dpop_proof_invalid',
  },
  {
    title: 'an unbound token under DPoP, with a proof',
    call: () => underDpop(proofFor(unbound), unbound),
    auth0: '401 invalid_token',
    ours: 'unsupported_scheme',
  },
  {
    title: 'a bound token as Bearer',
    call: () => asBearer(bound),
    auth0: '401 invalid_token',
    ours: 'dpop_proof_missing',
  },
  {
    title: 'a bound token as Bearer, with its proof',
    call: () => asBearer(bound, proof()),
    auth0: '401 invalid_token',
    ours: 'dpop_proof_missing',
  },
  { title: 'a proof alone', call: () => ({ proof: proof() }), auth0: '400', ours: 'missing_token' },
  { title: '`cnf: null`, as Bearer', call: () => asBearer(withCnf(null)), ...BOTH },
  {
    title: '`cnf: {}`, as Bearer',
    call: () => asBearer(withCnf({})),
    auth0: 'allow',
    ours: 'sender_constrained_token',
    because: BECAUSE.binds,
  },
  {
    title: 'a `cnf` that is a text, as Bearer',
    call: () => asBearer(withCnf('x')),
    auth0: 'allow',
    ours: 'invalid_claim',
    because: BECAUSE.binds,
  },
  {
    title: 'another member of `cnf`, as Bearer',
    call: () => asBearer(withCnf({ kid: 'x' })),
    auth0: 'allow',
    ours: 'sender_constrained_token',
    because: BECAUSE.binds,
  },
  {
    title: 'a token that is bound to a certificate, as Bearer',
    call: () => asBearer(certified),
    auth0: 'allow',
    ours: 'sender_constrained_token',
    because: BECAUSE.binds,
  },
  {
    title: 'a `jkt` that is no text',
    call: () => underDpop(proofFor(withCnf({ jkt: 7 })), withCnf({ jkt: 7 })),
    auth0: '401 invalid_token',
    ours: 'invalid_claim',
  },
];

const REQUIRED: readonly Case[] = [
  { title: 'a good proof', call: () => underDpop(proof()), ...BOTH },
  {
    title: 'an unbound token as Bearer',
    call: () => asBearer(unbound),
    auth0: '400',
    ours: 'token_not_bound',
  },
  { title: 'a bound token as Bearer', call: () => asBearer(bound), auth0: '400', ours: 'dpop_proof_missing' },
];

const CERTIFICATES: readonly Case[] = [
  {
    title: 'a certified token as Bearer, with its certificate',
    call: () => ({ ...asBearer(certified), certificate: certificate.pem }),
    ...BOTH,
  },
  {
    title: 'a certified token as Bearer, with another certificate',
    call: () => ({ ...asBearer(certified), certificate: otherCertificate.pem }),
    auth0: '401 invalid_token',
    ours: 'certificate_mismatch',
  },
  {
    title: 'a certified token as Bearer, without a certificate',
    call: () => asBearer(certified),
    auth0: '400 invalid_request',
    ours: 'certificate_missing',
  },
  {
    title: 'a certified token under DPoP without a proof, with its certificate',
    call: () => ({ ...underDpop(undefined, certified), certificate: certificate.pem }),
    auth0: '400',
    ours: 'allow',
    because: BECAUSE.advice,
  },
  {
    title: 'a token bound to both, with proof and certificate',
    call: () => ({ ...underDpop(proofFor(twice), twice), certificate: certificate.pem }),
    ...BOTH,
  },
  {
    title: 'a token bound to both, with its proof and another certificate',
    call: () => ({ ...underDpop(proofFor(twice), twice), certificate: otherCertificate.pem }),
    auth0: 'allow',
    ours: 'certificate_mismatch',
    because: BECAUSE.both,
  },
];

const authorizerWith = (options: object) =>
  middy().use(auth0Authorizer({ ...issuer.options, ...options, logger: false }));

async function answerOf(handler: ReturnType<typeof authorizerWith>, call: BoundCall): Promise<string> {
  const { method, authorization, proof: text, host, certificate: pem } = call;
  const event = restRequestEvent({
    method,
    path: '/orders/7',
    stage: 'test',
    domainName: DOMAIN,
    authorization,
    headers: { ...(text !== undefined && { DPoP: text }), ...(host !== undefined && { Host: host }) },
    clientCertificate: pem,
  });
  const decision = await decide(handler, event);
  if (decision.outcome === 'allow') return 'allow';
  return String(decision.outcome === 'deny' ? decision.refusal : decision.code);
}

function compare(title: string, cases: readonly Case[], sdk: ReturnType<typeof auth0Sdk>, options: object) {
  describe(title, () => {
    const handler = authorizerWith(options);
    for (const { title: subject, call: make, auth0, ours, because } of cases) {
      const suffix = because === undefined ? '' : `, because ${because}`;
      it(`${subject} - Auth0: ${auth0}, here: ${ours}${suffix}`, async () => {
        expect((auth0 === 'allow') !== (ours === 'allow')).to.equal(because !== undefined);
        const call = { method: 'GET', url: ADDRESS, ...(await make()) };
        expect(await sdk(call), "Auth0's SDK").to.equal(auth0);
        expect(await answerOf(handler, call), 'this package').to.equal(ours);
      });
    }
  });
}

describe('requests with bound tokens, beside express-oauth2-jwt-bearer', () => {
  compare('proofs', PROOFS, auth0Sdk(issuer, {}), { dpop: dpop('allowed') });
  compare('tokens', TOKENS, auth0Sdk(issuer, {}), { dpop: dpop('allowed') });
  compare('DPoP required', REQUIRED, auth0Sdk(issuer, { dpop: { required: true } }), {
    dpop: dpop('required'),
  });
  compare('certificates', CERTIFICATES, auth0Sdk(issuer, { mtls: { enabled: true } }), {
    dpop: dpop('allowed'),
    mtls: mtls('allowed'),
  });

  it(`the same proof again - Auth0: allow, here: dpop_proof_replayed, because ${BECAUSE.once}`, async () => {
    const handler = authorizerWith({ dpop: dpop('allowed') });
    const sdk = auth0Sdk(issuer, {});
    const call = { method: 'GET', url: ADDRESS, ...underDpop(proof()) };
    expect([await sdk(call), await sdk(call)]).to.deep.equal(['allow', 'allow']);
    const answers = [await answerOf(handler, call), await answerOf(handler, call)];
    expect(answers).to.deep.equal(['allow', 'dpop_proof_replayed']);
  });

  it('are not allowed if the SDK refuses them, except where a case above says so', async () => {
    const handler = authorizerWith({ dpop: dpop('allowed'), mtls: mtls('allowed') });
    const sdk = auth0Sdk(issuer, { mtls: { enabled: true } });
    const changes = (values: Readonly<Record<string, readonly unknown[]>>) =>
      fc.subarray(
        Object.entries(values).flatMap(([name, list]) => list.map((value) => [name, value] as const)),
        { maxLength: 1 },
      );
    const requests = fc.record({
      scheme: fc.constantFrom('DPoP', 'DPoP', 'DPoP', 'dPOP', 'Bearer', 'Basic'),
      token: fc.constantFrom(bound, bound, twice, certified, unbound, withCnf({}), withCnf(null)),
      signer: fc.constantFrom(key, key, key, key, other),
      proofs: fc.constantFrom(0, 1, 1, 1, 1, 2),
      pem: fc.constantFrom(undefined, certificate.pem, certificate.pem, otherCertificate.pem),
      method: fc.constantFrom('GET', 'GET', 'POST'),
      host: fc.constantFrom(undefined, undefined, 'evil.example'),
      header: changes({ typ: ['JWT', 'DPOP+JWT'], alg: ['RS256', 'none'], jwk: [other.jwk, key.privateJwk] }),
      claims: changes({
        htm: ['POST', 'get'],
        htu: [
          `${ADDRESS}/`,
          `${ADDRESS}?x`,
          'https://evil.example/test/orders/7',
          `https://a@${DOMAIN}/test/orders/7`,
        ],
        jti: ['', 'a', 7, 'x'.repeat(300)],
        ath: ['x', undefined],
        iat: [1, undefined, '1'],
      }),
    });
    const allowed = { here: 0, byTheSdk: 0 };
    await fc.assert(
      fc.asyncProperty(requests, async (random) => {
        const { scheme, token, signer, proofs, pem, method, host, header, claims } = random;
        const text = () =>
          proof({ ...claimsFor(token), ...Object.fromEntries(claims) }, Object.fromEntries(header), signer);
        const call: BoundCall = {
          method,
          url: ADDRESS,
          authorization: `${scheme} ${token}`,
          proof: proofs === 0 ? undefined : Array.from({ length: proofs }, text).join(', '),
          host,
          certificate: pem,
        };
        const here = (await answerOf(handler, call)) === 'allow';
        const there = (await sdk(call)) === 'allow';
        const isAdvised = token === certified && scheme.toLowerCase() === 'dpop' && proofs === 0;
        // With another `Host`, the SDK compares with an address that is not the request's.
        const isMisled = host !== undefined;
        if (here && !there) expect(isAdvised || isMisled, JSON.stringify({ ...random, call })).to.equal(true);
        allowed.here += Number(here);
        allowed.byTheSdk += Number(there);
      }),
      { numRuns: runs(400, 4000) },
    );
    expect(allowed.here, 'allowed here').to.be.greaterThan(runs(400, 4000) / 40);
    expect(allowed.byTheSdk, 'allowed by the SDK').to.be.greaterThan(allowed.here / 2);
  });
});
