import { expect } from 'chai';
import fc from 'fast-check';
import { OptionError } from '../../../lib/decision/errors.ts';
import type { TokenPlace, TokenSource } from '../../../lib/gateways/gateway.ts';
import { recognise } from '../../../lib/gateways/index.ts';
import { parseTokenSource } from '../../../lib/gateways/reading/credentials.ts';
import { credentialOf as heldBy } from '../../../lib/gateways/reading/request-view.ts';
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
  return heldBy(recognise(event).read(event, parseTokenSource(source, 'tokenSource')));
}

function token(text: string): Credential {
  return { kind: 'token', scheme: 'Bearer', token: text };
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

    it('has the scheme DPoP, in any case, when the header names it', () => {
      forEach(builders, (build, name) => {
        for (const scheme of ['DPoP', 'dpop', 'DPOP']) {
          expect(credentialOf(build({ authorization: `${scheme} ${TOKEN}` })), name).to.deep.equal({
            kind: 'token',
            scheme: 'DPoP',
            token: TOKEN,
          });
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
          `DPoPs ${TOKEN}`,
          'DPoP-x',
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
          'DPoP',
          'dpop a b',
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

  describe('with the option `scheme`', () => {
    const builders = { ...WHOLE_REQUESTS, ...PICKED };

    it('may be bare in the Authorization header when the scheme is optional', () => {
      for (const source of [
        { scheme: 'optional' },
        { header: 'Authorization', scheme: 'optional' },
      ] as const) {
        forEach(builders, (build, name) => {
          for (const value of [TOKEN, ` ${TOKEN}\t`, `Bearer ${TOKEN}`, `bearer  ${TOKEN}`]) {
            const event = build({ authorization: value });
            expect(credentialOf(event, source), `${name}: ${value}`).to.deep.equal(token(TOKEN));
          }
          for (const value of ['Basic dTpw', 'Digest a=b, c=d'])
            expect(credentialOf(build({ authorization: value }), source), name).to.deep.equal(
              refused('unsupported_scheme'),
            );
          const joined = build({ authorization: `${TOKEN},${TOKEN}` });
          expect(credentialOf(joined, source), name).to.deep.equal(refused('multiple_credentials'));
          expect(credentialOf(build({ authorization: ' ' }), source), name).to.deep.equal({ kind: 'none' });
        });
      }
    });

    it('may not be bare in another header when the scheme is required', () => {
      const source = { header: 'X-Api-Token', scheme: 'required' } as const;
      forEach(WHOLE_REQUESTS, (build, name) => {
        const bare = build({ headers: { 'X-Api-Token': TOKEN } });
        expect(credentialOf(bare, source), name).to.deep.equal(refused('unsupported_scheme'));
        const schemed = build({ headers: { 'X-Api-Token': `Bearer ${TOKEN}` } });
        expect(credentialOf(schemed, source), name).to.deep.equal(token(TOKEN));
      });
      expect(credentialOf(restTokenEvent({ authorization: TOKEN }), source)).to.deep.equal(
        refused('unsupported_scheme'),
      );
    });
  });

  describe('in the list of WebSocket subprotocols', () => {
    const source = { subprotocol: 'orders.v1' };
    const sent = (value: string | readonly string[]) =>
      webSocketEvent({ headers: { 'Sec-WebSocket-Protocol': value } });

    it('is the entry after the name, in one header field or in two', () => {
      forEach(WHOLE_REQUESTS, (build, name) => {
        for (const header of ['Sec-WebSocket-Protocol', 'sec-websocket-protocol']) {
          for (const value of [`orders.v1, ${TOKEN}`, `orders.v1,${TOKEN}`, ` ,orders.v1 ,\t, ${TOKEN},`]) {
            const event = build({ headers: { [header]: value } });
            expect(credentialOf(event, source), `${name}: ${value}`).to.deep.equal(token(TOKEN));
          }
        }
      });
      expect(credentialOf(sent(['orders.v1', TOKEN]), source)).to.deep.equal(token(TOKEN));
    });

    it('is none if the header is absent, has other subprotocols, or the name alone', () => {
      const values = [
        '',
        ' , ',
        'orders.v1',
        'orders.v1,',
        'orders.v2, x',
        'Orders.v1, x',
        'orders.v1x',
        TOKEN,
      ];
      for (const value of values)
        expect(credentialOf(sent(value), source), value).to.deep.equal({ kind: 'none' });
      expect(credentialOf(webSocketEvent(), source)).to.deep.equal({ kind: 'none' });
      expect(credentialOf(webSocketEvent({ token: TOKEN }), source)).to.deep.equal({ kind: 'none' });
    });

    it('is refused if the list has more than the name and the token', () => {
      for (const value of [
        `orders.v1, ${TOKEN}, ${TOKEN}`,
        `orders.v1, ${TOKEN}, other`,
        `other, orders.v1, ${TOKEN}`,
        `orders.v1, orders.v1, ${TOKEN}`,
      ]) {
        expect(credentialOf(sent(value), source), value).to.deep.equal(refused('multiple_credentials'));
      }
      const twice = sent([`orders.v1, ${TOKEN}`, `orders.v1, ${TOKEN}`]);
      expect(credentialOf(twice, source)).to.deep.equal(refused('multiple_credentials'));
    });

    it('is malformed if it stands before the name, or is no token', () => {
      for (const value of [
        `${TOKEN}, orders.v1`,
        'orders.v1, a b',
        'orders.v1, "x"',
        `orders.v1, Bearer ${TOKEN}`,
      ])
        expect(credentialOf(sent(value), source), value).to.deep.equal(refused('malformed_token'));
    });

    it('is refused when the two maps of headers differ', () => {
      const event = sent(`orders.v1, ${TOKEN}`);
      event.headers = { ...event.headers, 'Sec-WebSocket-Protocol': 'orders.v1, another' };
      expect(credentialOf(event, source)).to.deep.equal(refused('multiple_credentials'));
    });

    it('is found in one map of headers alone', () => {
      const inLists = { ...sent(`orders.v1, ${TOKEN}`), headers: null };
      expect(credentialOf(inLists, source)).to.deep.equal(token(TOKEN));
      const inSingles = { ...sent(`orders.v1, ${TOKEN}`), multiValueHeaders: null };
      expect(credentialOf(inSingles, source)).to.deep.equal(token(TOKEN));
    });

    it('is a token exactly if the whole list is the name and one token', () => {
      const entry = fc.constantFrom('orders.v1', 'Orders.v1', 'chat', 'a.b.c', TOKEN, '', ' ');
      const fields = fc.array(fc.array(entry, { maxLength: 3 }), { minLength: 1, maxLength: 3 });
      fc.assert(
        fc.property(fields, (lists) => {
          const words = lists.flat().filter((one) => one.trim() !== '');
          const credential = credentialOf(sent(lists.map((list) => list.join(', '))), source);
          const isPair = words.length === 2 && words[0] === 'orders.v1';
          const isToken = credential.kind === 'token';
          expect(isToken).to.equal(isPair && /^[\w.-]+$/.test(words[1] as string));
          if (isToken) expect(credential.token).to.equal(words[1]);
          if (!words.includes('orders.v1')) expect(credential.kind).to.equal('none');
        }),
      );
    });
  });

  describe('with the option `prefer`', () => {
    const places: Readonly<Record<TokenPlace, (value: string) => EventOptions>> = {
      header: (value) => ({ authorization: `Bearer ${value}` }),
      query: (value) => ({ query: { token: value } }),
      cookie: (value) => ({ cookies: [`session=${value}`] }),
      subprotocol: (value) => ({ headers: { 'Sec-WebSocket-Protocol': `v1, ${value}` } }),
    };
    const NAMED = { header: 'Authorization', query: 'token', cookie: 'session', subprotocol: 'v1' };

    it('is that of the first place with a credential, good or bad', () => {
      const orders = fc.shuffledSubarray(Object.keys(places) as TokenPlace[], { minLength: 2 });
      const values = fc.record({
        header: fc.constantFrom('good.header.x', 'b@d', null),
        query: fc.constantFrom('good.query.x', 'b@d', null),
        cookie: fc.constantFrom('good.cookie.x', 'b@d', null),
        subprotocol: fc.constantFrom('good.subprotocol.x', 'b@d', null),
      });
      fc.assert(
        fc.property(orders, values, (prefer, held) => {
          const named = Object.fromEntries(prefer.map((place) => [place, NAMED[place]]));
          const sent = Object.entries(held).flatMap(([place, value]) =>
            value === null ? [] : [places[place as TokenPlace](value)],
          );
          const first = prefer.find((place) => held[place] !== null);
          const value = first === undefined ? null : held[first];
          const expected =
            value === null ? { kind: 'none' } : value === 'b@d' ? refused('malformed_token') : token(value);
          forEach(WHOLE_REQUESTS, (build, name) => {
            const event = build(Object.assign({}, ...sent));
            expect(credentialOf(event, { ...named, prefer }), name).to.deep.equal(expected);
          });
        }),
        { numRuns: 100 },
      );
    });

    it('is refused if the preferred place itself has two', () => {
      const event = webSocketEvent({
        query: { token: TOKEN },
        headers: { Authorization: [`Bearer ${TOKEN}`, `Bearer ${TOKEN}`] },
      });
      const source = { header: 'Authorization', query: 'token' };
      expect(credentialOf(event, { ...source, prefer: ['header', 'query'] })).to.deep.equal(
        refused('multiple_credentials'),
      );
      expect(credentialOf(event, { ...source, prefer: ['query', 'header'] })).to.deep.equal(token(TOKEN));
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
    const given: TokenSource = {
      header: 'X-Api-Token',
      scheme: 'required',
      query: 'token',
      cookie: '__Host-session',
      subprotocol: 'orders.v1',
      prefer: ['header', 'subprotocol', 'cookie', 'query'],
    };
    const parsed = parseTokenSource(given, 'tokenSource');
    expect(parsed).to.deep.equal({ ...given, header: 'x-api-token' });
    expect(parsed).to.be.frozen;
    expect(parsed).not.to.equal(given);
  });

  it('returns the Authorization header if only the scheme is given', () => {
    expect(parseTokenSource({ scheme: 'optional' }, 'x')).to.deep.equal({
      header: 'authorization',
      scheme: 'optional',
    });
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
      [{ scheme: 'bearer' }, 'tokenSource.scheme'],
      [{ scheme: true }, 'tokenSource.scheme'],
      [{ query: 'token', scheme: 'optional' }, 'tokenSource.scheme'],
      [{ subprotocol: '' }, 'tokenSource.subprotocol'],
      [{ subprotocol: 'a, b' }, 'tokenSource.subprotocol'],
      [{ subprotocol: ['a'] }, 'tokenSource.subprotocol'],
      [{ prefer: ['header'] }, 'tokenSource'],
      [{ header: 'x', prefer: ['header'] }, 'tokenSource.prefer'],
      [{ header: 'x', query: 'y', prefer: ['header'] }, 'tokenSource.prefer'],
      [{ header: 'x', query: 'y', prefer: ['header', 'cookie'] }, 'tokenSource.prefer'],
      [{ header: 'x', query: 'y', prefer: ['header', 'query', 'cookie'] }, 'tokenSource.prefer'],
      [{ header: 'x', query: 'y', prefer: ['header', 'header'] }, 'tokenSource.prefer[1]'],
      [{ header: 'x', query: 'y', prefer: ['header', 'body'] }, 'tokenSource.prefer[1]'],
      [{ header: 'x', query: 'y', prefer: 'header' }, 'tokenSource.prefer'],
    ];
    for (const [value, option] of cases) {
      expect(() => parseTokenSource(value, 'tokenSource'), JSON.stringify(value))
        .to.throw(OptionError)
        .with.property('option', option);
    }
  });
});
