import { expect } from 'chai';
import fc from 'fast-check';
import { OptionError } from '../../../lib/decision/errors.ts';
import type { TokenSource } from '../../../lib/gateways/gateway.ts';
import { recognise } from '../../../lib/gateways/index.ts';
import { parseTokenSource } from '../../../lib/gateways/reading/credentials.ts';
import {
  appSyncEventsEvent,
  appSyncGraphqlEvent,
  type EventOptions,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../../lib/testing.ts';
import type { Credential } from '../../../lib/token/credential.ts';
import { WHOLE_REQUESTS } from '../../support/every-gateway.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';

const PICKED = { restTokenEvent };
const APPSYNC = { appSyncGraphqlEvent, appSyncEventsEvent };
const LISTED = { restRequestEvent, webSocketEvent };

function credentialOf(event: unknown, source?: TokenSource): Credential {
  return recognise(event).read(event, parseTokenSource(source, 'tokenSource')).credential;
}

function token(text: string): Credential {
  return { kind: 'token', scheme: 'Bearer', token: text, proof: null };
}

function refused(code: string): unknown {
  return { kind: 'refused', code };
}

function forEach<Builder>(
  builders: Record<string, Builder>,
  check: (build: Builder, name: string) => void,
): void {
  for (const [name, build] of Object.entries(builders)) check(build, name);
}

describe('the credential of a request', () => {
  describe('in the Authorization header', () => {
    const builders = { ...WHOLE_REQUESTS, ...PICKED };

    it('is the token after `Bearer` in any case and one or more spaces', () => {
      forEach(builders, (build, name) => {
        for (const value of [
          `Bearer ${TOKEN}`,
          `bearer ${TOKEN}`,
          `BEARER   ${TOKEN}`,
          ` \tBearer ${TOKEN}\t `,
        ]) {
          expect(credentialOf(build({ authorization: value })), `${name}: ${value}`).to.deep.equal(
            token(TOKEN),
          );
        }
      });
    });

    it('is null when the header is absent or blank', () => {
      forEach(builders, (build, name) => {
        expect(credentialOf(build()), name).to.deep.equal({ kind: 'none' });
        expect(credentialOf(build({ authorization: ' \t ' })), name).to.deep.equal({ kind: 'none' });
      });
    });

    it('is refused under another scheme or without a scheme', () => {
      forEach(builders, (build, name) => {
        for (const value of [
          'Basic dTpw',
          `DPoP ${TOKEN}`,
          'Digest a=b, c=d',
          TOKEN,
          `Bearer\t${TOKEN}`,
          'Bearers x',
        ]) {
          expect(credentialOf(build({ authorization: value })), `${name}: ${value}`).to.deep.equal(
            refused('unsupported_scheme'),
          );
        }
      });
    });

    it('is malformed when nothing, or no token, follows the scheme', () => {
      forEach(builders, (build, name) => {
        for (const value of [
          'Bearer',
          'bearer  ',
          'Bearer a b',
          'Bearer "x"',
          'Bearer é',
          'Bearer =',
          'Bearer a=b',
        ]) {
          expect(credentialOf(build({ authorization: value })), `${name}: ${value}`).to.deep.equal(
            refused('malformed_token'),
          );
        }
      });
    });

    it('is refused when the gateway joined two headers into one value', () => {
      forEach(builders, (build, name) => {
        for (const value of [`Bearer ${TOKEN},Bearer ${TOKEN}`, `Bearer ${TOKEN}, Basic dTpw`]) {
          expect(credentialOf(build({ authorization: value })), name).to.deep.equal(
            refused('multiple_credentials'),
          );
        }
      });
    });

    it('is found for any case of the header name', () => {
      forEach(WHOLE_REQUESTS, (build, name) => {
        for (const header of ['authorization', 'AUTHORIZATION', 'aUthoriZation']) {
          const event = build({ headers: { [header]: `Bearer ${TOKEN}` } });
          expect(credentialOf(event), `${name}: ${header}`).to.deep.equal(token(TOKEN));
        }
      });
    });

    it('is refused when two header names differ in case only', () => {
      for (const build of [restRequestEvent, httpApi1Event, webSocketEvent]) {
        const event = build({
          headers: { Authorization: `Bearer ${TOKEN}`, authorization: `Bearer ${TOKEN}` },
        });
        expect(credentialOf(event)).to.deep.equal(refused('multiple_credentials'));
      }
    });

    it('is refused when the list has two values, even if they are equal', () => {
      forEach(LISTED, (build, name) => {
        const event = build({
          token: TOKEN,
          multiValueHeaders: { Authorization: [`Bearer ${TOKEN}`, `Bearer ${TOKEN}`] },
        });
        expect(credentialOf(event), name).to.deep.equal(refused('multiple_credentials'));
      });
    });

    it('is found in the lists only and in the single values only', () => {
      forEach(LISTED, (build, name) => {
        const inLists = build({ multiValueHeaders: { authorization: [`Bearer ${TOKEN}`] } });
        expect(credentialOf(inLists), name).to.deep.equal(token(TOKEN));
        const inSingles = { ...build({ token: TOKEN }), multiValueHeaders: null };
        expect(credentialOf(inSingles), name).to.deep.equal(token(TOKEN));
      });
    });

    it('is refused when the list and the single value differ', () => {
      forEach(LISTED, (build, name) => {
        const event = build({ token: TOKEN, multiValueHeaders: { Authorization: ['Bearer another'] } });
        expect(credentialOf(event), name).to.deep.equal(refused('multiple_credentials'));
      });
    });

    it('ignores the `authorizationToken` of HTTP API 1.0, which repeats the identity sources', () => {
      const event = { ...httpApi1Event({ token: TOKEN }), authorizationToken: 'another,thing' };
      expect(credentialOf(event)).to.deep.equal(token(TOKEN));
    });
  });

  describe('in its own header', () => {
    const source = { header: 'X-Api-Token' };

    it('is the bare token or the token after `Bearer`; the Authorization header is ignored', () => {
      forEach(WHOLE_REQUESTS, (build, name) => {
        for (const value of [TOKEN, `Bearer ${TOKEN}`, ` bearer  ${TOKEN} `]) {
          const event = build({ authorization: 'Basic dTpw', headers: { 'x-api-token': value } });
          expect(credentialOf(event, source), `${name}: ${value}`).to.deep.equal(token(TOKEN));
        }
        expect(credentialOf(build({ token: TOKEN }), source), name).to.deep.equal({ kind: 'none' });
      });
    });

    it('may be without a scheme on a TOKEN authorizer too', () => {
      expect(credentialOf(restTokenEvent({ authorization: TOKEN }), source)).to.deep.equal(token(TOKEN));
      expect(credentialOf(restTokenEvent({ authorization: `Bearer ${TOKEN}` }), source)).to.deep.equal(
        token(TOKEN),
      );
    });

    it('is refused under another scheme, when malformed and when joined', () => {
      const cases = {
        'Basic dTpw': 'unsupported_scheme',
        Bearer: 'malformed_token',
        'a=b': 'malformed_token',
        [`${TOKEN},${TOKEN}`]: 'multiple_credentials',
      };
      for (const [value, code] of Object.entries(cases)) {
        const event = httpApi2Event({ headers: { 'X-Api-Token': value } });
        expect(credentialOf(event, source), value).to.deep.equal(refused(code));
      }
    });

    it('needs the scheme when the option names Authorization', () => {
      const event = httpApi2Event({ authorization: TOKEN });
      expect(credentialOf(event, { header: 'Authorization' })).to.deep.equal(refused('unsupported_scheme'));
    });
  });

  describe('in the query string', () => {
    const source = { query: 'token' };

    it('is the bare token under exactly that name', () => {
      forEach(WHOLE_REQUESTS, (build, name) => {
        expect(credentialOf(build({ query: { token: TOKEN } }), source), name).to.deep.equal(token(TOKEN));
        for (const query of [{}, { Token: TOKEN }, { token: '' }]) {
          expect(credentialOf(build({ query } as EventOptions), source), name).to.deep.equal({
            kind: 'none',
          });
        }
        expect(credentialOf(build({ query: { token: `Bearer ${TOKEN}` } }), source), name).to.deep.equal(
          refused('malformed_token'),
        );
      });
    });

    it('is refused when the parameter is repeated', () => {
      forEach(LISTED, (build, name) => {
        const event = build({ query: { token: TOKEN } });
        event.multiValueQueryStringParameters = { token: [TOKEN, TOKEN] };
        expect(credentialOf(event, source), name).to.deep.equal(refused('multiple_credentials'));
      });
      const joined = httpApi2Event({ query: { token: `${TOKEN},${TOKEN}` } });
      expect(credentialOf(joined, source)).to.deep.equal(refused('multiple_credentials'));
    });

    it('is not taken from the prototype of the parameters', () => {
      for (const query of ['constructor', 'toString', '__proto__']) {
        expect(credentialOf(webSocketEvent(), { query }), query).to.deep.equal({ kind: 'none' });
      }
    });
  });

  describe('in a cookie', () => {
    const source = { cookie: 'session' };

    it('is the bare token, quoted or not, among other cookies', () => {
      forEach(WHOLE_REQUESTS, (build, name) => {
        for (const cookie of [`session=${TOKEN}`, `session="${TOKEN}"`, ` session = ${TOKEN} `]) {
          const event = build({ cookies: ['a=1', cookie, 'b=session=2', 'flag'] });
          expect(credentialOf(event, source), `${name}: ${cookie}`).to.deep.equal(token(TOKEN));
        }
        for (const cookie of ['session=', 'Session=x', 'xsession=x', 'session']) {
          expect(credentialOf(build({ cookies: [cookie] }), source), name).to.deep.equal({ kind: 'none' });
        }
        expect(credentialOf(build(), source), name).to.deep.equal({ kind: 'none' });
      });
    });

    it('is refused when the cookie is repeated', () => {
      forEach(WHOLE_REQUESTS, (build, name) => {
        const event = build({ cookies: [`session=${TOKEN}`, `session=${TOKEN}`] });
        expect(credentialOf(event, source), name).to.deep.equal(refused('multiple_credentials'));
      });
    });

    it('is malformed when the cookie holds no token', () => {
      for (const value of ['"', 'a"b', 'a b']) {
        const event = httpApi2Event({ cookies: [`session=${value}`] });
        expect(credentialOf(event, source), value).to.deep.equal(refused('malformed_token'));
      }
    });

    it('counts once when HTTP API 2.0 sends it in the list and in the header', () => {
      const event = httpApi2Event({ cookies: [`session=${TOKEN}`] });
      event.headers = { ...event.headers, cookie: `session=${TOKEN}` };
      expect(credentialOf(event, source)).to.deep.equal(token(TOKEN));
    });
  });

  it('is exactly one in all named places together', () => {
    const source = { header: 'Authorization', query: 'token', cookie: 'session' };
    forEach(WHOLE_REQUESTS, (build, name) => {
      const places: EventOptions[] = [
        { token: TOKEN },
        { query: { token: TOKEN } },
        { cookies: [`session=${TOKEN}`] },
      ];
      for (const place of places)
        expect(credentialOf(build(place), source), name).to.deep.equal(token(TOKEN));
      for (const first of places) {
        for (const second of places.filter((place) => place !== first)) {
          const event = build({ ...first, ...second });
          expect(credentialOf(event, source), name).to.deep.equal(refused('multiple_credentials'));
        }
      }
      expect(credentialOf(build(), source), name).to.deep.equal({ kind: 'none' });
    });
  });

  it('is refused beside a malformed one', () => {
    const event = httpApi2Event({ authorization: 'Basic dTpw', query: { token: TOKEN } });
    expect(credentialOf(event, { header: 'Authorization', query: 'token' })).to.deep.equal(
      refused('multiple_credentials'),
    );
  });

  describe('on AppSync', () => {
    it('is the token with or without a scheme, for any `tokenSource`', () => {
      forEach(APPSYNC, (build, name) => {
        for (const authorization of [TOKEN, `Bearer ${TOKEN}`]) {
          expect(credentialOf(build({ authorization })), name).to.deep.equal(token(TOKEN));
          expect(credentialOf(build({ authorization }), { query: 'token' }), name).to.deep.equal(
            token(TOKEN),
          );
        }
        expect(credentialOf(build()), name).to.deep.equal({ kind: 'none' });
        expect(credentialOf(build({ authorization: 'Basic dTpw' })), name).to.deep.equal(
          refused('unsupported_scheme'),
        );
      });
    });
  });

  it('is read in linear time (quadratic time would exceed the timeout)', () => {
    const long = 'a'.repeat(2_000_000);
    const values = [
      `Bearer ${long}`,
      `Bearer ${long}!`,
      `Bearer ${' '.repeat(2_000_000)}`,
      long,
      `${long} `,
      ','.repeat(1_000_000),
    ];
    for (const authorization of values) {
      const { kind } = credentialOf(httpApi2Event({ authorization }));
      expect(kind).to.be.oneOf(['token', 'refused', 'none']);
    }
    for (const cookie of [';'.repeat(1_000_000), '='.repeat(1_000_000), ' '.repeat(1_000_000)]) {
      expect(credentialOf(httpApi2Event({ cookies: [cookie] }), { cookie: 'x' }).kind).to.equal('none');
    }
  });

  it('is a token only when exactly one place holds one', () => {
    const value = fc.constantFrom(`Bearer ${TOKEN}`, 'Bearer b', 'Basic x', '', ' ');
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), fc.array(value, { maxLength: 3 }), (listed, other) => {
        const event = {
          ...restRequestEvent(),
          multiValueHeaders: { Authorization: listed, authorization: other },
        };
        const all = [...listed, ...other];
        const { kind } = credentialOf(event);
        if (all.length > 1) expect(kind).to.equal('refused');
        else
          expect(kind).to.equal(
            all[0]?.startsWith('Bearer') ? 'token' : all[0] === 'Basic x' ? 'refused' : 'none',
          );
      }),
    );
  });
});

describe('parseTokenSource', () => {
  it('returns the Authorization header by default', () => {
    expect(parseTokenSource(undefined, 'tokenSource')).to.deep.equal({ header: 'authorization' });
  });

  it('returns a frozen copy of the named places', () => {
    const given = { header: 'X-Api-Token', query: 'token', cookie: '__Host-session' };
    const parsed = parseTokenSource(given, 'tokenSource');
    expect(parsed).to.deep.equal({ ...given, header: 'x-api-token' });
    expect(parsed).to.be.frozen;
    expect(parsed).not.to.equal(given);
  });

  it('refuses invalid options and names their dotted path', () => {
    const cases: [unknown, string][] = [
      [null, 'tokenSource'],
      ['Authorization', 'tokenSource'],
      [{}, 'tokenSource'],
      [{ header: undefined }, 'tokenSource'],
      [{ headers: 'x' }, 'tokenSource.headers'],
      [{ header: '' }, 'tokenSource.header'],
      [{ header: ['x'] }, 'tokenSource.header'],
      [{ header: 'X Y' }, 'tokenSource.header'],
      [{ header: 'X:' }, 'tokenSource.header'],
      [{ header: 'Cookie' }, 'tokenSource.header'],
      [{ query: ' ' }, 'tokenSource.query'],
      [{ cookie: 'a=b' }, 'tokenSource.cookie'],
      [{ cookie: false }, 'tokenSource.cookie'],
    ];
    for (const [value, option] of cases) {
      expect(() => parseTokenSource(value, 'tokenSource'), JSON.stringify(value))
        .to.throw(OptionError)
        .with.property('option', option);
    }
  });
});
