import fc from 'fast-check';
import { encodePart, signatureOf } from '../../lib/testing/sign-token.ts';
import { SIGNATURE_ALGORITHMS } from '../../lib/token/signature.ts';
import { type TestKey, testKey, userClaims } from './issuer.ts';

/** A member of a JSON object to set; `undefined` removes it. */
type Member = readonly [name: string, value: unknown];

/** How a part of a token is spelled, beside JSON of one object. */
type Spelling =
  | 'plain'
  | 'in a list'
  | 'twice'
  | 'huge number'
  | 'byte order mark'
  | 'spaces'
  | 'cut off'
  | 'null'
  | 'empty';

/** What is tampered with after signing. Numbers are counted around. */
export type Edit =
  | { readonly kind: 'replace' | 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete' | 'head' | 'tail'; readonly at: number }
  | { readonly kind: 'flip'; readonly part: number; readonly at: number }
  | { readonly kind: 'respell'; readonly part: number; readonly how: number }
  | { readonly kind: 'signature'; readonly text: string }
  | { readonly kind: 'around'; readonly before: string; readonly after: string }
  /** Takes a part of another good token. */
  | { readonly kind: 'part'; readonly part: number; readonly key: number }
  | { readonly kind: 'case' | 'reverse' | 'double' };

/** How a token is made: plain data, because keys and times differ each time. */
export interface TokenRecipe {
  /** Index in {@link SIGNATURE_ALGORITHMS}. */
  readonly key: number;
  /** Whether another key signs under the same `kid`. */
  readonly forged: boolean;
  readonly header: readonly Member[];
  readonly headerSpelling: Spelling;
  /** A value `{ now: -60 }` is a time, seconds from now. */
  readonly claims: readonly Member[];
  readonly claimsSpelling: Spelling;
  /** Salt of the PS algorithms in bytes; -1: as long as the digest. */
  readonly salt: number;
  readonly edits: readonly Edit[];
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const STRANGE = ['+', '/', '=', '.', ' ', '\n', '\t', '\0', '%', '"', 'é', '\uFEFF', '😀'];
const KIDS = SIGNATURE_ALGORITHMS.map((algorithm) => `${algorithm.toLowerCase()}-key-0`);
const KEYS = SIGNATURE_ALGORITHMS.length;

/** Most of the time the first, so that many tokens are good. */
const seldom = <Value>(usual: Value, unusual: fc.Arbitrary<Value>, often = 3): fc.Arbitrary<Value> =>
  fc.oneof({ weight: often, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: unusual });

const members = (table: Readonly<Record<string, readonly unknown[]>>): fc.Arbitrary<Member> =>
  fc
    .constantFrom(...Object.keys(table))
    .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(table[name] as readonly unknown[]))));

const HEADER = {
  typ: [
    'JWT',
    'at+jwt',
    'application/at+jwt',
    'JOSE',
    'id+jwt',
    'logout+jwt',
    'AT+JWT',
    undefined,
    null,
    7,
    '',
  ],
  alg: [
    ...SIGNATURE_ALGORITHMS,
    'none',
    'None',
    'HS256',
    'ES384',
    'EdDSA',
    undefined,
    null,
    ['RS256'],
    '',
    'rs256',
  ],
  kid: [...KIDS, 'other', undefined, null, 7, '', 'k'.repeat(300), '../../etc/passwd', '__proto__'],
  crit: [['b64'], ['exp'], [], null, 'b64'],
  b64: [true, false, null],
  jwk: [{ jwkOf: 'forger' }],
  jku: ['http://127.0.0.1:1/'],
  x5u: ['http://127.0.0.1:1/'],
  x5c: [['MII']],
  cty: ['JWT'],
  zip: ['DEF'],
  enc: ['A256GCM'],
  __proto__x: [{}],
};

const JUNK = [undefined, null, '', 0, -1, 1e300, '7', [], {}, true, [1], ['a'], { a: { b: [1] } }];
const ISSUER_TEXTS = ['https://tenant.eu.auth0.com', 'https://evil.example/', 'https://TENANT.eu.auth0.com/'];
const AUDIENCES = ['https://api.example.com/', 'https://api.example.com', 'https://else.example/'];

const CLAIMS = {
  iss: [...JUNK, ...ISSUER_TEXTS, ['https://tenant.eu.auth0.com/']],
  aud: [
    ...JUNK,
    ...AUDIENCES,
    AUDIENCES,
    [AUDIENCES[0]],
    [AUDIENCES[0], 'x'],
    [[AUDIENCES[0]]],
    [AUDIENCES[0], 7],
  ],
  exp: [...JUNK, ...[-3600, -1, 0.5, 60, 1e9].map((now) => ({ now })), '9999999999', 0],
  nbf: [...JUNK, ...[-10, 3600, 0.5].map((now) => ({ now }))],
  iat: [...JUNK, ...[-3600, 3600].map((now) => ({ now }))],
  sub: JUNK,
  scope: JUNK,
  permissions: JUNK,
  nonce: JUNK,
  cnf: [...JUNK.slice(1), { jkt: 'x' }, { 'x5t#S256': 'x' }],
  gty: [...JUNK, ['refresh_token', 'password']],
  org_id: JUNK,
  events: [{}, { 'http://schemas.openid.net/event/backchannel-logout': {} }],
  name: ['é😀\uFFFD', '\u0000', '\uD800', 'x'.repeat(4000)],
};

const spellings = fc.constantFrom<Spelling>(
  'in a list',
  'twice',
  'huge number',
  'byte order mark',
  'spaces',
  'cut off',
  'null',
  'empty',
);
const places = fc.nat(4000);
const part = fc.nat(2);
const letters = fc.constantFrom(...ALPHABET, ...STRANGE);

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constantFrom('replace', 'insert'), at: places, text: letters }),
  fc.record({ kind: fc.constantFrom('delete', 'head', 'tail'), at: places }),
  fc.record({ kind: fc.constant('flip' as const), part, at: places }),
  fc.record({ kind: fc.constant('respell' as const), part, how: fc.nat(4) }),
  fc.record({
    kind: fc.constant('signature' as const),
    text: fc.constantFrom('', 'AA', 'A'.repeat(86), 'A'.repeat(342), '_'.repeat(342)),
  }),
  fc.record({
    kind: fc.constant('around' as const),
    before: fc.constantFrom('', '', '.', ' '),
    after: fc.constantFrom('', '.', '.AAAA', '=', '\n', '..'),
  }),
  fc.record({ kind: fc.constant('part' as const), part, key: fc.nat(KEYS - 1) }),
  fc.record({ kind: fc.constantFrom('case', 'reverse', 'double') }),
);

/** Good tokens, tokens with odd headers and claims, and tampered ones. */
export const tokenRecipes: fc.Arbitrary<TokenRecipe> = fc.record({
  key: fc.nat(KEYS - 1),
  forged: seldom(false, fc.constant(true), 9),
  header: seldom<readonly Member[]>([], fc.array(members(HEADER), { minLength: 1, maxLength: 2 })),
  headerSpelling: seldom<Spelling>('plain', spellings, 15),
  claims: seldom<readonly Member[]>([], fc.array(members(CLAIMS), { minLength: 1, maxLength: 2 }), 1),
  claimsSpelling: seldom<Spelling>('plain', spellings, 7),
  salt: seldom(-1, fc.constantFrom(0, 20, -2), 7),
  edits: seldom<readonly Edit[]>([], fc.array(edits, { minLength: 1, maxLength: 3 }), 1),
});

/** Signatures that are kept. */
const MAX_KNOWN = 2000;
/** How long `iat` stays the same, so that most tokens need no new signature. */
const SAME_TIME_SECONDS = 30;

/** Makes tokens from recipes. */
export class TokenMaker {
  readonly keys: readonly TestKey[];
  readonly issuer: string;
  readonly #forgers: readonly TestKey[];
  readonly #signatures = new Map<string, string>();
  #now = 0;

  private constructor(issuer: string, keys: readonly TestKey[], forgers: readonly TestKey[]) {
    this.issuer = issuer;
    this.keys = keys;
    this.#forgers = forgers;
  }

  static async create(issuer: string): Promise<TokenMaker> {
    const keys = await Promise.all(SIGNATURE_ALGORITHMS.map((algorithm) => testKey(0, algorithm)));
    const forgers = await Promise.all(keys.map(({ algorithm, kid }) => testKey(1, algorithm, kid)));
    return new TokenMaker(issuer, keys, forgers);
  }

  token(recipe: TokenRecipe): string {
    const now = Math.floor(Date.now() / 1000);
    if (now >= this.#now + SAME_TIME_SECONDS) this.#now = now;
    return recipe.edits.reduce((token, edit) => this.#edited(token, edit), this.#signed(recipe));
  }

  #signed({ key, forged, header, headerSpelling, claims, claimsSpelling, salt }: TokenRecipe): string {
    const { algorithm, kid, privateKey } = (forged ? this.#forgers : this.keys)[key] as TestKey;
    const head = this.#object({ alg: algorithm, typ: 'JWT', kid }, header);
    const own = userClaims(this.issuer, { iat: this.#now, exp: this.#now + 3600 });
    const body = this.#object(own, claims);
    const input = [
      spelled(head, headerSpelling, '"alg":"none"'),
      spelled(body, claimsSpelling, '"exp":1,"iss":"x"'),
    ]
      .map(encodePart)
      .join('.');
    const name = `${forged} ${key} ${salt} ${input}`;
    const known = this.#signatures.get(name);
    const signature = known ?? signatureOf(input, algorithm, privateKey, salt);
    if (this.#signatures.size >= MAX_KNOWN) this.#signatures.clear();
    this.#signatures.set(name, signature);
    return `${input}.${signature}`;
  }

  #object(good: Readonly<Record<string, unknown>>, changed: readonly Member[]): Record<string, unknown> {
    return { ...good, ...Object.fromEntries(changed.map(([name, value]) => [name, this.#valueOf(value)])) };
  }

  #valueOf(value: unknown): unknown {
    const { now, jwkOf } = (value ?? {}) as { readonly now?: number; readonly jwkOf?: string };
    if (jwkOf !== undefined) return this.#forgers[0]?.jwk;
    return now === undefined ? value : this.#now + now;
  }

  #edited(token: string, edit: Edit): string {
    const parts = token.split('.');
    switch (edit.kind) {
      case 'replace':
      case 'insert': {
        const at = edit.at % (token.length + 1);
        return token.slice(0, at) + edit.text + token.slice(edit.kind === 'replace' ? at + 1 : at);
      }
      case 'delete':
      case 'head':
      case 'tail': {
        const at = edit.at % (token.length + 1);
        if (edit.kind === 'head') return token.slice(0, at);
        return edit.kind === 'tail' ? token.slice(at) : token.slice(0, at) + token.slice(at + 1);
      }
      case 'flip':
        return withPart(parts, edit.part, (text) => flipped(text, edit.at));
      case 'respell':
        return withPart(parts, edit.part, (text) => RESPELLED[edit.how]?.(text) ?? text);
      case 'signature':
        return [...parts.slice(0, 2), edit.text].join('.');
      case 'around':
        return `${edit.before}${token}${edit.after}`;
      case 'part': {
        const other = this.#signed({ ...GOOD, key: edit.key }).split('.');
        return withPart(parts, edit.part, () => other[edit.part] ?? '');
      }
      case 'reverse':
        return parts.reverse().join('.');
      case 'double':
        return token + token;
      default:
        return token.toLowerCase();
    }
  }
}

const GOOD: TokenRecipe = {
  key: 0,
  forged: false,
  header: [],
  headerSpelling: 'plain',
  claims: [],
  claimsSpelling: 'plain',
  salt: -1,
  edits: [],
};

/** @param first - members that are written before the others, which come again */
function spelled(value: object, how: Spelling, first: string): string {
  const text = JSON.stringify(value);
  const texts: Readonly<Record<Spelling, string>> = {
    plain: text,
    'in a list': `[${text}]`,
    twice: text.replace('{', `{${first},`),
    'huge number': text.replace(/\}$/, ',"exp":1e999}'),
    'byte order mark': `\uFEFF${text}`,
    spaces: ` ${text}\n`,
    'cut off': text.slice(0, -1),
    null: 'null',
    empty: '',
  };
  return texts[how];
}

function withPart(parts: readonly string[], index: number, change: (text: string) => string): string {
  return parts.map((text, at) => (at === index % parts.length ? change(text) : text)).join('.');
}

/** The same or nearly the same bytes in other base64 notations. */
const RESPELLED: readonly ((text: string) => string)[] = [
  (text) => Buffer.from(text, 'base64url').toString('base64'),
  (text) => `${text}=`,
  (text) =>
    `${text.slice(0, -1)}${ALPHABET.charAt((ALPHABET.indexOf(text.charAt(text.length - 1)) + 1) % 64)}`,
  (text) => text.replaceAll('-', '+').replaceAll('_', '/'),
  (text) => text.replace(/(.{20})/g, '$1\n'),
];

/** With one bit flipped of the decoded text. */
function flipped(text: string, at: number): string {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length === 0) return text;
  const place = at % bytes.length;
  bytes[place] = (bytes[place] as number) ^ (1 << (at % 8));
  return bytes.toString('base64url');
}
