import { hash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { type DpopOptions, dpop, mtls, type ReplayEvent, type ReplayStore } from '../../lib/binding.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import { auth0Authorizer, identitySources } from '../../lib/index.ts';
import {
  appSyncEventsEvent,
  appSyncGraphqlEvent,
  clientCertificate,
  createTestIssuer,
  decide,
  type EventOptions,
  httpApi1Event,
  httpApi2Event,
  lambdaContext,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';
import { type ProofKey, proofKey, proofOf } from './dpop/proofs.ts';

const BUILDERS = { restRequestEvent, httpApi1Event, httpApi2Event };

const DOMAIN = 'api.example.com';
const key = proofKey('ES256');
const otherKey = proofKey('RS256');

describe('dpop', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const bound = issuer.token({ cnf: { jkt: key.thumbprint } });
  const unbound = issuer.token();

  const authorizer = (options: Parameters<typeof dpop>[0], more: object = {}) =>
    middy().use(auth0Authorizer({ dpop: dpop(options), ...more, ...issuer.options, logger: false }));
  async function outcomeOf(handler: ReturnType<typeof authorizer>, event: unknown) {
    const decision = await decide(handler, event);
    if (decision.outcome === 'fault') return decision.code;
    return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
  }

  interface Parts {
    readonly token?: string;
    readonly key?: ProofKey;
    readonly url?: string;
    readonly method?: string;
    readonly claims?: object;
  }

  /** A new proof for a request, right in all that is not given. */
  function proof({ token = bound, key: by = key, url, method = 'GET', claims = {} }: Parts = {}) {
    return proofOf(by, {
      jti: randomUUID(),
      htm: method,
      htu: url ?? `https://${DOMAIN}/orders/7`,
      iat: Math.floor(Date.now() / 1000),
      ath: hash('sha256', token, 'base64url'),
      ...claims,
    });
  }

  /** A request of an API without a stage in its paths. */
  const request = (headers: Record<string, string>, more: EventOptions = {}) =>
    httpApi2Event({ path: '/orders/7', stage: '$default', domainName: DOMAIN, headers, ...more });

  const send = (handler: ReturnType<typeof authorizer>, text: string, more: EventOptions = {}) =>
    outcomeOf(handler, request({ DPoP: text }, { authorization: `DPoP ${bound}`, ...more }));

  for (const [name, build] of Object.entries(BUILDERS)) {
    it(`accepts a new proof for each request from ${name}, and each proof once`, async () => {
      const handler = authorizer('required');
      const options = {
        authorization: `DPoP ${bound}`,
        path: '/orders/7',
        method: 'POST',
        domainName: DOMAIN,
      };
      const made = build({ ...options });
      const context = made.requestContext as { readonly path?: string };
      const path = 'rawPath' in made ? made.rawPath : context.path;
      for (let use = 0; use < 2; use += 1) {
        const text = proof({ method: 'POST', url: `https://${DOMAIN}${path}` });
        const event = build({ ...options, headers: { DPoP: text } });
        expect(await outcomeOf(handler, event)).to.equal('allow');
        expect(await outcomeOf(handler, event)).to.equal('dpop_proof_replayed');
      }
    });
  }

  it('refuses a bound token without its proof, under either scheme', async () => {
    const handler = authorizer('allowed');
    expect(await outcomeOf(handler, request({}, { authorization: `DPoP ${bound}` }))).to.equal(
      'dpop_proof_missing',
    );
    expect(await outcomeOf(handler, request({}, { token: bound }))).to.equal('dpop_proof_missing');
    expect(await outcomeOf(handler, request({ DPoP: proof() }, { token: bound }))).to.equal(
      'dpop_proof_missing',
    );
  });

  it('refuses a proof of another key, for another request, or joined with another', async () => {
    const handler = authorizer('allowed');
    expect(await send(handler, proof({ key: otherKey }))).to.equal('dpop_key_mismatch');
    for (const text of [
      proof({ method: 'POST' }),
      proof({ url: `https://${DOMAIN}/orders/8` }),
      proof({ url: 'https://evil.example/orders/7' }),
      proof({ token: unbound }),
      proof({ claims: { iat: Math.floor(Date.now() / 1000) - 400 } }),
      `${proof()}, ${proof()}`,
      '',
    ]) {
      expect(await send(handler, text)).to.equal('dpop_proof_invalid');
    }
  });

  it('refuses several headers DPoP', async () => {
    const event = restRequestEvent({ authorization: `DPoP ${bound}`, path: '/orders/7', domainName: DOMAIN });
    const url = `https://${DOMAIN}${event.requestContext.path}`;
    const several = { ...event.multiValueHeaders, DPoP: [proof({ url }), proof({ url })] };
    expect(await outcomeOf(authorizer('allowed'), { ...event, multiValueHeaders: several })).to.equal(
      'dpop_proof_invalid',
    );
  });

  it('accepts an unbound token as Bearer without a proof only, unless it is required', async () => {
    const handler = authorizer('allowed');
    const plain = request({}, { token: unbound });
    expect(await outcomeOf(handler, plain)).to.equal('allow');
    expect(await outcomeOf(authorizer('required'), plain)).to.equal('token_not_bound');
    const text = proof({ token: unbound });
    expect(await outcomeOf(handler, request({ DPoP: text }, { token: unbound }))).to.equal(
      'dpop_proof_invalid',
    );
    const dpopScheme = request({ DPoP: text }, { authorization: `DPoP ${unbound}` });
    expect(await outcomeOf(handler, dpopScheme)).to.equal('unsupported_scheme');
  });

  it('takes the address from the event, not from a header of the client', async () => {
    const handler = authorizer('allowed');
    const text = proof({ url: 'https://evil.example/orders/7' });
    const headers = { DPoP: text, Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' };
    expect(await outcomeOf(handler, request(headers, { authorization: `DPoP ${bound}` }))).to.equal(
      'dpop_proof_invalid',
    );
  });

  it('takes the address from the option, with the path that API Gateway routes', async () => {
    const handler = authorizer({ mode: 'allowed', origin: ['https://a.example/', 'https://b.example/v1'] });
    expect(await send(handler, proof({ url: 'https://a.example/orders/7' }))).to.equal('allow');
    expect(await send(handler, proof({ url: 'https://b.example/v1/orders/7' }))).to.equal('allow');
    expect(await send(handler, proof({ url: 'https://b.example/orders/7' }))).to.equal('dpop_proof_invalid');
    expect(await send(handler, proof())).to.equal('dpop_proof_invalid');
  });

  it('encodes what the gateway decoded', async () => {
    const handler = authorizer('allowed');
    const path = '/orders/a%20b%C3%A9';
    const text = proof({ url: `https://${DOMAIN}${path}` });
    expect(await send(handler, text, { path })).to.equal('allow');
  });

  it('refuses each proof if the event has no domain or no path', async () => {
    const handler = authorizer('allowed');
    for (const changes of [{ domainName: undefined }, { path: 7 }, { path: '/\uD800' }]) {
      const event = restRequestEvent({
        authorization: `DPoP ${bound}`,
        path: '/orders/7',
        domainName: DOMAIN,
        headers: { DPoP: proof() },
      });
      const requestContext = { ...event.requestContext, ...changes };
      expect(await outcomeOf(handler, { ...event, requestContext })).to.equal('dpop_proof_invalid');
    }
  });

  it('is not supported by gateways whose events lack headers or address', async () => {
    const handler = authorizer('allowed');
    const options = { authorization: `DPoP ${bound}`, headers: { DPoP: proof() } };
    for (const build of [restTokenEvent, appSyncGraphqlEvent, appSyncEventsEvent]) {
      expect(await outcomeOf(handler, build(options as never)), build.name).to.equal('rule_not_supported');
    }
    const onCustomDomain = webSocketEvent({ ...options, domainName: 'ws.example.com' });
    expect(await outcomeOf(handler, onCustomDomain)).to.equal('rule_not_supported');
  });

  it('accepts the handshake of a WebSocket API', async () => {
    const domainName = 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
    const handshake = (url: string, options: EventOptions) =>
      webSocketEvent({ authorization: `DPoP ${bound}`, headers: { DPoP: proof({ url }) }, ...options });
    const handler = authorizer('required');
    const known = authorizer({ mode: 'required', origin: 'wss://ws.example.com/chat' });
    for (const scheme of ['https', 'wss']) {
      const event = handshake(`${scheme}://${domainName}/prod`, { domainName });
      expect(await outcomeOf(handler, event)).to.equal('allow');
      expect(await outcomeOf(handler, event)).to.equal('dpop_proof_replayed');
      const custom = handshake(`${scheme}://ws.example.com/chat`, { domainName: 'ws.example.com' });
      expect(await outcomeOf(known, custom)).to.equal('allow');
    }
    const other = handshake(`wss://${domainName}/dev`, { domainName });
    expect(await outcomeOf(handler, other)).to.equal('dpop_proof_invalid');
  });

  it('refuses the scheme wss for a request that is no handshake', async () => {
    const text = proof({ url: `wss://${DOMAIN}/orders/7` });
    expect(await send(authorizer('allowed'), text)).to.equal('dpop_proof_invalid');
  });

  it('says which gateways cannot have it, and what to do', () => {
    const options = { dpop: dpop('allowed') };
    expect(identitySources(options, 'rest-token')).to.have.property('reason').that.includes('REQUEST');
    for (const gateway of ['appsync-graphql', 'appsync-events'] as const) {
      expect(identitySources(options, gateway)).to.have.property('reason').that.includes('not bound');
    }
    for (const gateway of ['rest-request', 'http-api-1.0', 'http-api-2.0', 'websocket'] as const) {
      expect(options.dpop.unsupported(gateway)).to.equal(null);
    }
  });

  it('also needs the certificate of a token that is bound to both', async () => {
    const certificate = clientCertificate();
    const token = issuer.token({ cnf: { jkt: key.thumbprint, ...certificate.cnf } });
    const handler = authorizer('allowed', { mtls: mtls('allowed') });
    const event = (text: string, pem?: string) =>
      request({ DPoP: text }, { authorization: `DPoP ${token}`, clientCertificate: pem });
    const text = proof({ token });
    expect(await outcomeOf(handler, event(text))).to.equal('certificate_missing');
    // The proof is not used up by the refusal.
    expect(await outcomeOf(handler, event(text, certificate.pem))).to.equal('allow');
    expect(await outcomeOf(handler, event('', certificate.pem))).to.equal('dpop_proof_invalid');
  });

  describe("with a store of one's own", () => {
    const storeOf = (claim: (id: string, seconds: number) => unknown) => ({ claim }) as ReplayStore;

    it('claims key and jti until the proof is too old', async () => {
      const calls: [string, number][] = [];
      const replay = storeOf(async (...call) => calls.push(call) > 0);
      const handler = authorizer({ mode: 'required', maxAge: 60, clockTolerance: 0, replay });
      const [one, two] = [proof({ claims: { jti: 'a' } }), proof({ claims: { jti: 'b' } })];
      for (const text of [one, one, two]) expect(await send(handler, text)).to.equal('allow');
      expect(new Set(calls.map(([id]) => id)).size).to.equal(2);
      for (const [id, seconds] of calls) {
        expect(id).to.match(/^[\w-]{43}$/);
        expect(seconds).to.be.within(58, 62);
      }
    });

    it('refuses a proof that the store knows', async () => {
      for (const claim of [() => false, async () => false]) {
        expect(await send(authorizer({ mode: 'required', replay: storeOf(claim) }), proof())).to.equal(
          'dpop_proof_replayed',
        );
      }
    });

    it('is not called for a proof that is refused anyway', async () => {
      const replay = storeOf(() => expect.fail('called'));
      expect(await send(authorizer({ mode: 'required', replay }), proof({ key: otherKey }))).to.equal(
        'dpop_key_mismatch',
      );
    });

    it('ends in a fault when the store fails, unless the options allow the request', async () => {
      const broken = [
        () => {
          throw new Error('down');
        },
        async () => Promise.reject(new Error('down')),
        () => 'OK',
        async () => undefined,
      ];
      for (const claim of broken) {
        const replay = storeOf(claim);
        expect(await send(authorizer({ mode: 'required', replay }), proof())).to.equal('replay_unavailable');
        expect(await send(authorizer({ mode: 'allowed', replay }), proof())).to.equal('replay_unavailable');
        const open = authorizer({ mode: 'allowed', replay, onUnavailable: 'allow' });
        expect(await send(open, proof())).to.equal('allow');
      }
    });

    it('waits 5 seconds for the store, or until the time of the invocation runs out', async () => {
      const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const handler = authorizer({ mode: 'required', replay: storeOf(() => new Promise(() => undefined)) });
        for (const [left, wait] of [
          [60_000, 5000],
          [2000, 1700],
          [100, 0],
        ] as const) {
          let outcome: string | undefined;
          const event = request({ DPoP: proof() }, { authorization: `DPoP ${bound}` });
          const context = lambdaContext({ getRemainingTimeInMillis: () => left });
          const failed = Promise.resolve(handler(event, context as never)).catch((error: Error) => {
            outcome = error.message;
          });
          await clock.tickAsync(Math.max(0, wait - 1));
          if (wait > 0) expect(outcome).to.equal(undefined);
          await clock.tickAsync(1);
          await failed;
          expect(outcome).to.include('replay');
        }
      } finally {
        clock.restore();
      }
    });

    it('reports each failure to `onEvent` and to listeners, and logs the first one that lets a proof pass', async () => {
      const error = Object.assign(new Error('down'), { $response: 'secret' });
      const replay = storeOf(async () => Promise.reject(error));
      const [events, heard, lines] = [[] as ReplayEvent[], [] as ReplayEvent[], [] as unknown[][]];
      const onEvent = (event: ReplayEvent) => {
        events.push(event);
        throw new Error('a hook decides nothing');
      };
      const binding = dpop({ mode: 'allowed', replay, onUnavailable: 'allow', onEvent });
      binding.watch((event) => heard.push(event));
      const warn = (...line: unknown[]) => lines.push(line);
      const logger = { info: () => undefined, warn, error: warn };
      const handler = middy().use(auth0Authorizer({ dpop: binding, ...issuer.options, logger }));
      for (let use = 0; use < 3; use += 1) expect(await send(handler, proof())).to.equal('allow');
      const failed = { type: 'store_failed', operation: 'claim', error };
      expect(events).to.deep.equal([failed, failed, failed]);
      expect(heard).to.deep.equal(events);
      const logged = lines.filter(([message]) => message === 'authorizer replay store failed');
      expect(logged).to.have.lengthOf(1);
      const [[, line] = []] = logged;
      expect(line).to.have.property('advice').that.includes('dpop.onUnavailable');
      expect(line).to.have.nested.property('error.message', 'down');
      expect(line).not.to.have.nested.property('error.$response');
    });
  });

  it('passes no bound token without its proof, whatever else the request holds', async () => {
    const handler = authorizer('allowed');
    const scheme = fc.constantFrom('DPoP', 'Bearer', 'dpop');
    const good = 'good';
    const header = fc.constantFrom<() => string | undefined>(
      () => good,
      () => undefined,
      () => bound,
      () => proof({ key: otherKey }),
      () => proof({ url: `https://${DOMAIN}/orders` }),
      () => proof({ method: 'PUT' }),
      () => proof({ token: unbound }),
    );
    const certificate = fc.constantFrom(undefined, clientCertificate().pem);
    const extra = fc.dictionary(
      fc.constantFrom('Host', 'X-Forwarded-Host', 'X-DPoP', 'DPoP-Nonce'),
      fc.constantFrom('api.example.com', 'x'),
    );
    await fc.assert(
      fc.asyncProperty(scheme, header, certificate, extra, async (name, make, pem, more) => {
        const made = make();
        const text = made === good ? proof() : made;
        const headers = { ...more, ...(text === undefined ? {} : { dPoP: text }) };
        const event = request(headers, { authorization: `${name} ${bound}`, clientCertificate: pem });
        const isProven = made === good && name !== 'Bearer';
        expect((await outcomeOf(handler, event)) === 'allow').to.equal(isProven);
        if (isProven) expect(await outcomeOf(handler, event)).to.equal('dpop_proof_replayed');
      }),
      { numRuns: runs(100) },
    );
  });

  it('forbids caching', () => {
    expect(identitySources({ dpop: dpop('allowed') }, 'rest-request'))
      .to.include({ cache: false })
      .and.have.property('reason')
      .that.includes('take the same proof again');
  });

  it('names the option that makes no sense', () => {
    const cases: readonly (readonly [unknown, string])[] = [
      ['on', 'dpop'],
      [{ mode: 'on' }, 'dpop.mode'],
      [{}, 'dpop.mode'],
      [{ mode: 'allowed', origin: 'api.example.com' }, 'dpop.origin'],
      [{ mode: 'allowed', origin: 'https://api.example.com/?a' }, 'dpop.origin'],
      [{ mode: 'allowed', origin: 'https:api.example.com' }, 'dpop.origin'],
      [{ mode: 'allowed', origin: 'https://*.example.com' }, 'dpop.origin'],
      [{ mode: 'allowed', maxAge: 0 }, 'dpop.maxAge'],
      [{ mode: 'allowed', clockTolerance: 301 }, 'dpop.clockTolerance'],
      [{ mode: 'allowed', algorithms: ['HS256'] }, 'dpop.algorithms[0]'],
      [{ mode: 'allowed', replay: {} }, 'dpop.replay'],
      [{ mode: 'allowed', replay: undefined }, 'dpop.replay'],
      [{ mode: 'allowed', onUnavailable: 'ignore' }, 'dpop.onUnavailable'],
      [{ mode: 'required', onUnavailable: 'allow' }, 'dpop.onUnavailable'],
      [{ mode: 'allowed', onEvent: 'x' }, 'dpop.onEvent'],
      [{ mode: 'allowed', nonce: true }, 'dpop.nonce'],
    ];
    for (const [options, path] of cases) {
      expect(() => dpop(options as DpopOptions), path)
        .to.throw(OptionError)
        .with.property('option', path);
    }
  });
});
