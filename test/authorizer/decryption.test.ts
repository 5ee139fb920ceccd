import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { decryption } from '../../lib/decryption.ts';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  auth0JwtVerifier,
  headerParser,
  OptionError,
  policySerializer,
  requestRules,
} from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { encryptionPair, makeJwe } from '../support/encryption.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';

const crypto = process.getBuiltinModule('node:crypto');

describe('the option decryption', () => {
  const issuer = createTestIssuer();
  const pair = encryptionPair();
  const stranger = encryptionPair('encryption-3');
  const encryptFor = pair.publicKey;
  const opener = decryption({ keys: [pair.privateKey] });
  const create = (options: AuthorizerOptions = {}) =>
    middy().use(auth0Authorizer({ logger: false, decryption: opener, ...options, ...issuer.options }));
  const outcomeOf = async (authorizer: ReturnType<typeof create>, event: object) => {
    const decision = await decide(authorizer, event);
    return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
  };
  const encrypted = (claims?: object, options: object = {}) =>
    issuer.token.user({ ...claims }, { encryptFor, ...options });

  afterEach(() => sinon.restore());

  for (const { name, event, httpApiResponse } of EVERY_GATEWAY) {
    it(`lets encrypted tokens pass, new and remembered, and refuses what it cannot open: ${name}`, async () => {
      const common = httpApiResponse === undefined ? {} : { httpApiResponse };
      const authorizer = create(common);
      const token = encrypted();
      expect(await outcomeOf(authorizer, event({ token }))).to.equal('allow');
      expect(await outcomeOf(authorizer, event({ token }))).to.equal('allow');
      const foreign = issuer.token.user({}, { encryptFor: stranger.publicKey });
      expect(await outcomeOf(authorizer, event({ token: foreign }))).to.equal('decryption_failed');
      expect(await outcomeOf(authorizer, event({ token: issuer.token() }))).to.equal('allow');
      const strict = create({
        ...common,
        decryption: decryption({ keys: [pair.privateKey], required: true }),
      });
      expect(await outcomeOf(strict, event({ token }))).to.equal('allow');
      expect(await outcomeOf(strict, event({ token: issuer.token() }))).to.equal('unencrypted_token');
    });
  }

  it('refuses encrypted tokens without it, and a nested encrypted token with it', async () => {
    const plain = middy().use(auth0Authorizer({ logger: false, ...issuer.options }));
    expect(await outcomeOf(plain, restRequestEvent({ token: encrypted() }))).to.equal('encrypted_token');
    const nested = makeJwe(encrypted(), pair);
    expect(await outcomeOf(create(), restRequestEvent({ token: nested }))).to.equal('decryption_failed');
  });

  it('applies every check to the token inside', async () => {
    const authorizer = create({ requiredClaims: ['scope'], maxTokenAge: 3000 });
    const other = createTestIssuer();
    const now = Math.floor(Date.now() / 1000);
    const cases: [string, string][] = [
      ['allow', encrypted({ scope: 'a' })],
      ['missing_claim', encrypted()],
      ['token_expired', encrypted({ scope: 'a', exp: now - 60 })],
      ['wrong_audience', encrypted({ scope: 'a', aud: 'https://other.example.com/' })],
      ['unknown_issuer', encrypted({ scope: 'a', iss: 'https://other.example.com/' })],
      ['sender_constrained_token', encrypted({ scope: 'a', cnf: { jkt: 'x' } })],
      ['token_type_not_allowed', encrypted({ scope: 'a' }, { header: { typ: 'dpop+jwt' } })],
      ['algorithm_not_allowed', encrypted({ scope: 'a' }, { header: { alg: 'HS256' } })],
      ['unknown_key', other.token.user({ scope: 'a' }, { encryptFor })],
      ['malformed_token', makeJwe('a.b.c', pair)],
      ['malformed_token', makeJwe('\u00e9.b.c', pair)],
      ['malformed_token', makeJwe(`${issuer.token()}\n`, pair)],
      ['malformed_token', makeJwe('a'.repeat(17_000), pair)],
    ];
    for (const [outcome, token] of cases) {
      expect(await outcomeOf(authorizer, restRequestEvent({ token })), token.slice(-20)).to.equal(outcome);
    }
  });

  it('decrypts a token once, remembers it by its own hash, and checks its expiry at each use', async () => {
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    const authorizer = create();
    const rsa = sinon.spy(crypto, 'privateDecrypt');
    const event = restRequestEvent({ token: encrypted() });
    for (let use = 0; use < 3; use += 1) expect(await outcomeOf(authorizer, event)).to.equal('allow');
    expect(rsa.callCount).to.equal(1);
    clock.tick(3_700_000);
    expect(await outcomeOf(authorizer, event)).to.equal('token_expired');
    const forgetful = create({ tokenCache: false });
    const fresh = restRequestEvent({ token: encrypted() });
    for (let use = 0; use < 3; use += 1) await outcomeOf(forgetful, fresh);
    expect(rsa.callCount).to.equal(4);
  });

  it('does not admit the token inside, sent alone, where tokens must be encrypted', async () => {
    const strict = create({ decryption: decryption({ keys: [pair.privateKey], required: true }) });
    const inside = issuer.token();
    const token = makeJwe(inside, pair);
    expect(await outcomeOf(strict, restRequestEvent({ token }))).to.equal('allow');
    expect(await outcomeOf(strict, restRequestEvent({ token: inside }))).to.equal('unencrypted_token');
  });

  it('gives the policy and context of the same token without encryption', async () => {
    const routes = {
      'GET /orders': { scopes: ['read:orders'] },
      'GET /users/{id}': { permissions: ['admin'] },
    };
    const authorizer = create({ routes });
    const claims = { scope: 'read:orders', iat: 1_000_000_000 };
    const [plain, opened] = await Promise.all(
      [issuer.token(claims), encrypted(claims)].map((token) =>
        decide(authorizer, restRequestEvent({ token, method: 'GET', path: '/orders' })),
      ),
    );
    expect(plain).to.include({ outcome: 'allow' }).and.have.property('answer');
    expect(JSON.stringify(opened)).to.equal(JSON.stringify(plain));
    expect(opened?.allowsFromCache('GET', '/orders')).to.equal(true);
    expect(opened?.allowsFromCache('GET', '/users/1')).to.equal(false);
  });

  it('logs why a token is refused, and nothing of the token or its claims', async () => {
    const log = recordingLog();
    const authorizer = create({ logger: log });
    const token = encrypted({ sub: 'auth0|secret' });
    const foreign = makeJwe(issuer.token({ sub: 'auth0|secret' }), pair, { header: { zip: 'DEF' } });
    await outcomeOf(authorizer, restRequestEvent({ token: `${token.slice(0, -4)}AAAA` }));
    await outcomeOf(authorizer, restRequestEvent({ token: foreign }));
    const lines = log.lines.filter((line) => 'decision' in line);
    expect(lines.map(({ refusal, detail }) => [refusal, detail])).to.deep.equal([
      ['decryption_failed', undefined],
      ['decryption_failed', 'header has `zip`'],
    ]);
    const text = JSON.stringify(log.lines);
    for (const part of [...token.split('.'), ...foreign.split('.'), 'auth0|secret']) {
      expect(text).not.to.include(part);
    }
  });

  it('answers with a fault if the function that finds keys fails', async () => {
    const failing = decryption({ keys: () => Promise.reject(new Error('down')) });
    const decision = await decide(create({ decryption: failing }), restRequestEvent({ token: encrypted() }));
    expect(decision).to.include({ outcome: 'fault', code: 'handler_error' });
  });

  it('refuses bad tokens on routes with an optional token, too', async () => {
    const authorizer = create({ routes: { 'GET /orders': { token: 'optional' } } });
    const request = { method: 'GET', path: '/orders' };
    const token = makeJwe(issuer.token(), stranger);
    expect(await outcomeOf(authorizer, restRequestEvent(request))).to.equal('allow');
    expect(await outcomeOf(authorizer, restRequestEvent({ ...request, token }))).to.equal(
      'decryption_failed',
    );
  });

  it('is an option of the middleware auth0JwtVerifier', async () => {
    const { issuer: _, ...options } = issuer.options as { issuer?: undefined } & typeof issuer.options;
    const handler = middy()
      .use(policySerializer())
      .use(headerParser())
      .use(auth0JwtVerifier({ ...options, decryption: opener }))
      .use(requestRules());
    const decision = await decide(handler, restRequestEvent({ token: encrypted() }));
    expect(decision.outcome).to.equal('allow');
  });

  for (const [title, wrong] of [
    ['the options of decryption()', { keys: [pair.privateKey] }],
    ['the function itself', decryption],
    ['a key', pair.privateKey],
    ['undefined', undefined],
    ['false', false],
    ['null', null],
  ] as const) {
    it(`is checked at start-up, and the message shows no key: ${title}`, () => {
      const options = { decryption: wrong as unknown as typeof opener };
      expect(() => create(options))
        .to.throw(OptionError, /^decryption: (?:must be the result|is undefined)/)
        .and.satisfy(({ message }: Error) => !message.includes(String(pair.privateKey.d)));
    });
  }

  it('lets no altered token pass: any change of any part, beside the remembered good one', async () => {
    const authorizer = create();
    const good = encrypted();
    const another = encrypted().split('.');
    expect(await outcomeOf(authorizer, restRequestEvent({ token: good }))).to.equal('allow');
    const parts = good.split('.');
    const withPart = (index: number, text: string) => parts.toSpliced(index, 1, text).join('.');
    const bytesOf = (index: number) => Buffer.from(parts[index] ?? '', 'base64url');
    const index = fc.nat({ max: 4 });
    const flipped = fc.tuple(index, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, place, bits]) => {
      const bytes = bytesOf(at);
      const offset = place % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(offset) ^ bits, offset);
      return withPart(at, bytes.toString('base64url'));
    });
    const swapped = index.map((at) => withPart(at, another[at] ?? ''));
    const cut = fc.tuple(index, fc.nat()).map(([at, length]) => {
      const bytes = bytesOf(at);
      return withPart(at, bytes.subarray(0, length % bytes.length).toString('base64url'));
    });
    const grown = fc
      .tuple(index, fc.uint8Array({ minLength: 1, maxLength: 8 }))
      .map(([at, more]) => withPart(at, Buffer.concat([bytesOf(at), more]).toString('base64url')));
    const typed = fc
      .tuple(fc.nat(), fc.constantFrom('', '.', '=', '-', '_', 'A', ' ', '~'))
      .map(([place, text]) => {
        const at = place % good.length;
        return good.slice(0, at) + text + good.slice(at + 1);
      });
    const lastCharacter = fc
      .tuple(index, fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'))
      .map(([at, text]) => withPart(at, `${parts[at]?.slice(0, -1)}${text}`));
    await fc.assert(
      fc.asyncProperty(fc.oneof(flipped, swapped, cut, grown, typed, lastCharacter), async (token) => {
        fc.pre(token.trim() !== good);
        const decision = await decide(authorizer, restRequestEvent({ token }));
        expect(decision.outcome, token).to.equal('deny');
      }),
      { numRuns: runs(300, 5000) },
    );
  });
});
