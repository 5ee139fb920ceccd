import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  type AuthorizationRequest,
  type AuthorizerOptions,
  auth0Authorizer,
  Forbidden,
} from '../lib/index.ts';
import { captureLines } from './support/capture-output.ts';
import { EVERY_GATEWAY } from './support/every-gateway.ts';
import { invoke, type Outcome } from './support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer, testKey } from './support/issuer.ts';
import { middy } from './support/middy.ts';

/** Everything that went out: the response or the error with its causes, and the log lines. */
function everythingOf(outcome: Outcome, lines: readonly unknown[]): string {
  const texts = [JSON.stringify(lines)];
  if (outcome.kind === 'response') texts.push(JSON.stringify(outcome.response));
  let error: unknown = outcome.kind === 'error' ? outcome.error : undefined;
  while (error instanceof Error) {
    texts.push(error.message, error.stack ?? '', JSON.stringify({ ...error }));
    error = error.cause;
  }
  return texts.join('\n');
}

describe('the output of the authorizer', () => {
  const SECRET_CLAIM = 'https://example.com/secret';
  const SECRET = 'claim-value-that-nobody-asked-for';
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  const rulesThatRefuse: Record<string, AuthorizerOptions> = {
    none: {},
    scopes: { rules: { scopes: ['nobody:has'] } },
    permissions: { rules: { permissions: { any: ['nobody:has'] } } },
    claims: { rules: { claims: { [SECRET_CLAIM]: 'another' } } },
    reportOnly: { rules: { claims: { [SECRET_CLAIM]: 'another', reportOnly: true } } },
    custom: { rules: { custom: { never: () => false } } },
    throwing: {
      rules: {
        custom: {
          broken: () => {
            throw new Error('a rule of ours broke');
          },
        },
      },
    },
    requiredClaims: { requiredClaims: ['https://example.com/absent'] },
    tooOld: { maxTokenAge: 1 },
  };

  for (const gateway of EVERY_GATEWAY) {
    it(`contains no token, no signature and no other claim on ${gateway.name}`, async () => {
      const claims = { [SECRET_CLAIM]: SECRET, iat: 1_700_000_000 };
      const forger = await testKey(5, 'RS256', issuer.key.kid);
      const good = await issuer.token(claims);
      const tokens = [
        good,
        await issuer.token({ ...claims, exp: 1 }),
        await issuer.token({ ...claims, aud: 'another-api' }),
        await issuer.token({ ...claims, nonce: 'n' }),
        await issuer.token({ ...claims, iss: 'https://stranger.example.com/' }),
        await issuer.token(claims, { key: forger }),
        await issuer.token(claims, { header: { kid: 'unknown-kid' } }),
        `${good.slice(0, -3)}abc`,
        good.replace('.', '..'),
        `${good}.${SECRET}.${SECRET}`,
        SECRET,
      ];
      for (const options of Object.values(rulesThatRefuse)) {
        for (const token of tokens) {
          const handler = middy().use(
            auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, ...options }),
          );
          let outcome: Outcome | undefined;
          const lines = await captureLines(async () => {
            outcome = await invoke(handler, gateway.event({ token }));
          });
          expect(lines.filter((line) => 'decision' in line)).to.have.length(1);
          const everything = everythingOf(outcome as Outcome, lines);
          expect(everything).not.to.contain(SECRET);
          for (const part of token.split('.')) {
            if (part.length > 20) expect(everything).not.to.contain(part);
          }
        }
      }
    });
  }

  /** All that a function can find in a value by its members: also hidden ones, inherited ones, and those of copies. */
  function everythingIn(value: unknown): string {
    const copy = typeof value === 'object' && value !== null ? { ...value } : value;
    return inspect([value, copy, structuredClone(copy)], { showHidden: true, depth: 20, getters: true });
  }

  for (const gateway of EVERY_GATEWAY) {
    it(`passes no credential to functions of the options on ${gateway.name}`, async () => {
      const token = await issuer.token();
      const [, , signature = ''] = token.split('.');
      const requests: AuthorizationRequest[] = [];
      const hooked: unknown[] = [];
      const keep = (request: AuthorizationRequest) => requests.push(request);
      const authorizer = auth0Authorizer({
        issuer: issuer.url,
        audience: AUDIENCE,
        logger: false,
        rules: {
          custom: {
            mine({ request, ...rest }) {
              hooked.push(rest);
              return keep(request) > 0;
            },
          },
          ...(gateway.name === 'REST TOKEN'
            ? {}
            : { country: { allow: ['DE'], source: (_ip, request) => (keep(request) > 0 ? 'DE' : null) } }),
          claims: {
            sub(value) {
              hooked.push(value);
              return true;
            },
          },
        },
        context(verified, request) {
          keep(request);
          hooked.push(verified);
          return {};
        },
        principalId: (_token, request) => `caller ${keep(request)}`,
        usageIdentifierKey: (_token, request) => `key ${keep(request)}`,
        onDecision: (decision, facts) => hooked.push(decision, facts),
      });
      const handler = middy((_event: unknown, { auth0 }: { auth0: object }) => {
        hooked.push(auth0);
      }).use(authorizer as never);
      await invoke(handler, gateway.event({ token }));
      expect(requests).to.have.length(gateway.name === 'REST TOKEN' ? 4 : 5);
      for (const request of requests) {
        expect('credential' in request).to.equal(false);
        // What the client sent is documented to contain the credential.
        const { event, headers, query, ...rest } = request;
        expect(everythingIn(rest)).not.to.contain(signature);
        expect(Object.getPrototypeOf(request)).to.equal(Object.prototype);
        expect(JSON.parse(JSON.stringify(request))).not.to.have.property('credential');
      }
      expect(hooked.length).to.be.greaterThan(5);
      expect(hooked.map(everythingIn).join()).not.to.contain(signature);
    });
  }

  it('contains the claims that logClaims names, and no other', async () => {
    const options: AuthorizerOptions = { logClaims: ['org_id', 'absent'] };
    const handler = middy().use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, ...options }));
    const token = await issuer.token({ org_id: 'org_1', [SECRET_CLAIM]: SECRET });
    const lines = await captureLines(() => invoke(handler, EVERY_GATEWAY[0]?.event({ token })));
    expect(lines[0]?.['claims']).to.deep.equal({ org_id: 'org_1' });
  });

  it("keeps the detail of a handler's refusal out of the response, and in the log", async () => {
    const handler = middy(async () => {
      throw new Forbidden('banned for good');
    }).use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE }));
    let outcome: Outcome | undefined;
    const lines = await captureLines(async () => {
      outcome = await invoke(handler, EVERY_GATEWAY[1]?.event({ token: await issuer.token() }));
    });
    expect(JSON.stringify(outcome)).not.to.contain('banned');
    expect(lines[0]).to.include({ refusal: 'handler_forbidden', detail: 'banned for good' });
  });
});
