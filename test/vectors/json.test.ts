import { expect } from 'chai';
import { auth0Authorizer } from '../../lib/index.ts';
import { encodePart, signatureOf } from '../../lib/testing/sign-token.ts';
import { decide, restRequestEvent } from '../../lib/testing.ts';
import { AUDIENCE, type TestKey, testKey, userClaims } from '../support/issuer.ts';
import { type JwksServer, startJwksServer } from '../support/jwks-server.ts';
import { middy } from '../support/middy.ts';
import { countedOf, setsOf, summaryOf, Tally } from './tally.ts';

const GROUP = 'JSON extremes';
const ISSUER = 'https://vectors.example.com/';

/** What is in the text of the claims, the outcome (`allow` or a refusal code), and the text. */
type Extreme = readonly [title: string, outcome: string, text: string | Buffer];

const encoded = JSON.stringify(userClaims(ISSUER));
const without = (claim: string) => JSON.stringify(userClaims(ISSUER, { [claim]: undefined }));
/** Members after the others, as JSON. */
const more = (members: string, text = encoded) => `${text.slice(0, -1)},${members}}`;
/** Members before the others, as JSON. */
const first = (members: string) => `{${members},${encoded.slice(1)}`;
const exp = (value: string) => more(`"exp":${value}`, without('exp'));
const bytes = (...values: number[]) =>
  Buffer.concat([Buffer.from(`${encoded.slice(0, -1)},"x":"`), Buffer.from(values), Buffer.from('"}')]);
const nested = (depth: number) => more(`"x":${'['.repeat(depth)}${']'.repeat(depth)}`);

const EXTREMES: Readonly<Record<string, readonly Extreme[]>> = {
  numbers: [
    ...['1e400', '-1e400', '"9999999999"', 'true', '[9999999999]', '{}'].map(
      (value): Extreme => [`exp ${value}`, 'invalid_claim', exp(value)],
    ),
    ...['0', '-0', '-1', '1e-400', '1.5', '1E3'].map(
      (value): Extreme => [`exp ${value}`, 'token_expired', exp(value)],
    ),
    ...['9007199254740993', '1e20', '99999999999.5', '1E+15'].map(
      (value): Extreme => [`exp ${value}`, 'allow', exp(value)],
    ),
    ...[
      '0x7fffffff',
      '09999999999',
      '+9999999999',
      '9999999999.',
      '.9e11',
      'NaN',
      'Infinity',
      '9_999_999_999',
    ].map((value): Extreme => [`exp ${value}`, 'malformed_token', exp(value)]),
    ['exp null', 'missing_claim', exp('null')],
    ['nbf 1e400', 'invalid_claim', more('"nbf":1e400')],
    ['nbf -0', 'allow', more('"nbf":-0')],
    ['iat -1e400', 'invalid_claim', more('"iat":-1e400', without('iat'))],
    ['1e400 in another claim', 'allow', more('"x":1e400')],
    ['a number of 5000 digits', 'allow', more(`"x":${'9'.repeat(5000)}`)],
  ],
  'duplicate members': [
    ['exp, the last one past', 'token_expired', more('"exp":1')],
    ['exp, the first one past', 'allow', first('"exp":1')],
    ['exp in another spelling, past', 'token_expired', more('"\\u0065xp":1')],
    ['iss, the last one of another', 'unknown_issuer', more('"iss":"https://evil.example/"')],
    ['iss, the first one of another', 'allow', first('"iss":"https://evil.example/"')],
    ['aud, the last one of another', 'wrong_audience', more('"aud":"other"')],
    ['a null after the value of exp', 'missing_claim', more('"exp":null')],
  ],
  'text and bytes': [
    ['a byte order mark', 'malformed_token', `\uFEFF${encoded}`],
    ['white space around', 'allow', ` \r\n\t${encoded}\n`],
    ['a no-break space around', 'malformed_token', `\u00A0${encoded}`],
    ['a lone surrogate in bytes', 'malformed_token', bytes(0xed, 0xa0, 0x80)],
    ['a surrogate pair in bytes (CESU-8)', 'malformed_token', bytes(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)],
    ['an overlong slash', 'malformed_token', bytes(0xc0, 0xaf)],
    ['an overlong NUL', 'malformed_token', bytes(0xc0, 0x80)],
    ['a code point above U+10FFFF', 'malformed_token', bytes(0xf4, 0x90, 0x80, 0x80)],
    ['a cut code point', 'malformed_token', bytes(0xf0, 0x9f, 0x98)],
    ['the replacement character', 'allow', bytes(0xef, 0xbf, 0xbd)],
    ['a NUL', 'malformed_token', bytes(0)],
    ['a line end in a string', 'malformed_token', bytes(10)],
    ['an escaped NUL', 'allow', more('"x":"\\u0000"')],
    ['escaped lone surrogates', 'allow', more('"x":"\\ud800","\\udfff":1')],
    ['a lone surrogate in the audience', 'wrong_audience', more('"aud":"\\ud800"')],
  ],
  structure: [
    ...[
      '',
      'null',
      'true',
      '1',
      '"text"',
      '[]',
      `[${encoded}]`,
      '{',
      '{}}',
      `${encoded}${encoded}`,
      `${encoded}\0`,
    ].map((text): Extreme => [`the text ${text.slice(0, 12)}`, 'malformed_token', text]),
    ['no members', 'missing_claim', '{}'],
    ['a comma at the end', 'malformed_token', `${encoded.slice(0, -1)},}`],
    ['a comment', 'malformed_token', `${encoded}/**/`],
    ['single quotes', 'malformed_token', more("'x':1")],
    ['a name without quotes', 'malformed_token', more('x:1')],
    ['a nesting of 32', 'allow', nested(32)],
    ['a nesting of 33', 'malformed_token', nested(33)],
    ['a nesting of 5,000', 'malformed_token', nested(5000)],
    ['1,000 members', 'allow', more(Array.from({ length: 1000 }, (_, at) => `"m${at}":0`).join())],
    ['__proto__', 'malformed_token', more('"__proto__":{"exp":9999999999}')],
    ['__proto__ in another spelling', 'malformed_token', more('"\\u005f_proto__":{}')],
    ['exp in __proto__ alone', 'malformed_token', more('"__proto__":{"exp":9999999999}', without('exp'))],
    [
      'names of methods',
      'allow',
      more('"constructor":1,"toString":2,"hasOwnProperty":3,"toJSON":4,"then":5'),
    ],
    ['an empty name', 'allow', more('"":1')],
  ],
};

/** Texts of a header around a good token. `%` is the name of the key. */
const HEADERS: readonly Extreme[] = [
  ['alg twice, the last one none', 'algorithm_not_allowed', '{"kid":"%","alg":"RS256","alg":"none"}'],
  ['alg twice, the first one none', 'allow', '{"kid":"%","alg":"none","alg":"RS256"}'],
  ['alg in another spelling, none', 'algorithm_not_allowed', '{"kid":"%","alg":"RS256","\\u0061lg":"none"}'],
  ['kid twice, the last one unknown', 'unknown_key', '{"kid":"%","alg":"RS256","kid":"other"}'],
  ['crit in another spelling', 'malformed_token', '{"kid":"%","alg":"RS256","\\u0063rit":["x"]}'],
  ['all in __proto__', 'algorithm_not_allowed', '{"__proto__":{"kid":"%","alg":"RS256"}}'],
  ['kid in __proto__', 'missing_kid', '{"alg":"RS256","__proto__":{"kid":"%"}}'],
  ['a list', 'malformed_token', '[{"kid":"%","alg":"RS256"}]'],
  ['null', 'malformed_token', 'null'],
  ['white space', 'allow', ' {\n"kid" : "%",\r\n"alg":\t"RS256" } '],
  ['1e400', 'allow', '{"kid":"%","alg":"RS256","x":1e400}'],
  ['a NUL in alg', 'algorithm_not_allowed', '{"kid":"%","alg":"RS256\\u0000"}'],
  ['a lone surrogate in kid', 'unknown_key', '{"kid":"%\\ud800","alg":"RS256"}'],
];

describe('JSON extremes in signed tokens', () => {
  let key: TestKey;
  let server: JwksServer;

  before(async () => {
    key = await testKey();
    server = await startJwksServer([key.jwk]);
  });
  after(() => server.close());

  function signed(header: string, claims: string | Buffer): string {
    const input = `${encodePart(header.replace('%', key.kid))}.${Buffer.from(claims).toString('base64url')}`;
    return `${input}.${signatureOf(input, 'RS256', key.privateKey)}`;
  }

  async function outcomeOf(token: string): Promise<string> {
    const options = { issuer: ISSUER, audience: AUDIENCE, logger: false } as const;
    const authorizer = middy().use(auth0Authorizer({ ...options, jwks: { uri: server.uri } }));
    const decision = await decide(authorizer, restRequestEvent({ token }));
    return decision.outcome === 'deny' ? String(decision.refusal) : decision.outcome;
  }

  async function judge(set: string, extremes: readonly Extreme[], tokenOf: (one: Extreme) => string) {
    const tally = new Tally();
    for (const extreme of extremes) {
      const [title, expected] = extreme;
      const outcome = await outcomeOf(tokenOf(extreme));
      expect(outcome, title).to.equal(expected);
      const refusal = outcome === 'allow' ? null : outcome;
      tally.add(title, expected === 'allow' ? 'valid' : 'invalid', refusal);
    }
    expect(tally.counted).to.deep.equal(countedOf(GROUP, set));
  }

  for (const [set, extremes] of Object.entries(EXTREMES)) {
    it(`claims, ${set}`, () =>
      judge(set, extremes, ([, , text]) => signed('{"alg":"RS256","kid":"%"}', text)));
  }

  it('headers', () => judge('headers', HEADERS, ([, , text]) => signed(String(text), encoded)));

  it(`${GROUP}: ${summaryOf(GROUP)}`, () => {
    expect(setsOf(GROUP)).to.have.members([...Object.keys(EXTREMES), 'headers']);
  });
});
