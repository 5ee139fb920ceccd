import { encodePart, signatureOf } from '../../lib/testing/sign-token.ts';
import { SIGNATURE_ALGORITHMS } from '../../lib/token/signature.ts';
import { type TestKey, testKey, userClaims } from './issuer.ts';

/** A stream of pseudo-random numbers; the same seed gives the same stream. */
export interface Dice {
  /** An integer from 0 to `sides` - 1. */
  roll(sides: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

/** The generator mulberry32: small, and good enough to choose mutations. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (sides: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * sides);
  };
  return { roll, pick: (items) => items[roll(items.length)] as (typeof items)[number] };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const STRANGE = ['+', '/', '=', '.', ' ', '\n', '\t', '\0', '%', '"', 'é', '\uFEFF', '😀'];

/** Makes good tokens, tokens with odd headers and claims, and tampered ones. */
export class TokenFuzzer {
  readonly keys: readonly TestKey[];
  readonly issuer: string;
  readonly #strangers: readonly TestKey[];
  readonly #dice: Dice;
  readonly #pool: string[] = [];

  private constructor(issuer: string, keys: readonly TestKey[], strangers: readonly TestKey[], seed: number) {
    this.issuer = issuer;
    this.keys = keys;
    this.#strangers = strangers;
    this.#dice = dice(seed);
  }

  static async create(issuer: string, seed: number): Promise<TokenFuzzer> {
    const keys = await Promise.all(SIGNATURE_ALGORITHMS.map((algorithm) => testKey(0, algorithm)));
    const strangers = await Promise.all(keys.map(({ algorithm, kid }) => testKey(1, algorithm, kid)));
    return new TokenFuzzer(issuer, keys, strangers, seed);
  }

  /** Tampers with a token of a pool, which is renewed little by little. */
  next(): string {
    if (this.#pool.length < 64) {
      const made = this.#signed();
      this.#pool.push(made);
      return made;
    }
    if (this.#dice.roll(5) === 0) this.#pool[this.#dice.roll(64)] = this.#signed();
    let token = this.#dice.pick(this.#pool);
    const times = this.#dice.pick([0, 0, 0, 1, 1, 1, 2, 3]);
    for (let time = 0; time < times; time += 1) token = this.#tamper(token);
    return token;
  }

  #signed(): string {
    const key = this.#dice.pick(this.#dice.roll(10) === 0 ? this.#strangers : this.keys);
    const header = encodePart(this.#header(key));
    const input = `${header}.${encodePart(this.#payload())}`;
    const salt = this.#dice.pick([-1, -1, -1, -1, 0, 20, -2]);
    return `${input}.${signatureOf(input, key.algorithm, key.privateKey, salt)}`;
  }

  #header({ algorithm, kid }: TestKey): unknown {
    const header: Record<string, unknown> = { alg: algorithm, typ: 'JWT', kid };
    const { roll, pick } = this.#dice;
    if (roll(3) > 0) return header;
    const [name, value] = pick<[string, unknown]>([
      ['typ', pick(['at+jwt', 'application/at+jwt', 'JOSE', 'id+jwt', undefined, null, 7, ''])],
      [
        'alg',
        pick([...SIGNATURE_ALGORITHMS, 'none', 'HS256', 'ES384', 'EdDSA', undefined, null, ['RS256'], '']),
      ],
      ['kid', pick([...this.keys.map((key) => key.kid), 'other', undefined, null, 7, '', 'k'.repeat(300)])],
      ['crit', pick([['b64'], ['exp'], [], null, 'b64'])],
      ['b64', pick([true, false, null])],
      ['jwk', this.#strangers[0]?.jwk],
      ['jku', 'http://127.0.0.1:1/'],
      ['cty', 'JWT'],
      ['zip', 'DEF'],
      ['__proto__x', {}],
    ]);
    header[name] = value;
    return pick([
      header,
      header,
      header,
      [header],
      JSON.stringify(header).replace('{', '{"alg":"none",'),
      '{',
    ]);
  }

  #payload(): unknown {
    const { roll, pick } = this.#dice;
    const claims = userClaims(this.issuer);
    if (roll(2) > 0) return claims;
    const now = claims.iat as number;
    const junk = [undefined, null, '', 0, -1, 1e300, '7', [], {}, true, [1], ['a'], { a: { b: [1] } }];
    const [name, value] = pick<[string, unknown]>([
      ['iss', pick([...junk, this.issuer.slice(0, -1), 'https://evil.example/', [this.issuer]])],
      [
        'aud',
        pick([...junk, [claims.aud], [claims.aud, 'x'], `${claims.aud}/`, [[claims.aud]], [claims.aud, 7]]),
      ],
      ['exp', pick([...junk, now - 3600, now + 0.5, now + 1e9, String(now + 60)])],
      ['exp', pick([0, now - 3600, now - 1])],
      ['aud', 'https://else.example/'],
      ['nbf', pick([...junk, now - 10, now + 3600, now + 0.5])],
      ['iat', pick([...junk, now - 3600, now + 3600])],
      ['sub', pick(junk)],
      ['scope', pick(junk)],
      ['permissions', pick(junk)],
      ['nonce', pick(junk)],
      ['cnf', pick([...junk.slice(1), { jkt: 'x' }, { 'x5t#S256': 'x' }])],
      ['gty', pick([...junk, ['refresh_token', 'password']])],
      ['org_id', pick(junk)],
      ['name', pick(['é😀\uFFFD', '\u0000', 'x'.repeat(4000)])],
    ]);
    claims[name] = value;
    const text = JSON.stringify(claims);
    return pick([
      ...Array<string>(8).fill(text),
      text.replace('{', '{"exp":1,"iss":"x",'),
      text.replace('}', ',"exp":1e999}'),
      `\uFEFF${text}`,
      ` ${text}\n`,
      `[${text}]`,
      text.slice(0, -1),
      'null',
    ]);
  }

  #tamper(token: string): string {
    const { roll, pick } = this.#dice;
    const place = roll(token.length + 1);
    const parts = token.split('.');
    switch (roll(12)) {
      case 0:
        return token.slice(0, place) + pick([...ALPHABET]) + token.slice(place + 1);
      case 1:
        return token.slice(0, place) + pick([...ALPHABET, ...STRANGE]) + token.slice(place);
      case 2:
        return token.slice(0, place) + token.slice(place + 1);
      case 3:
        return pick([token.slice(0, place), token.slice(place)]);
      case 4:
        return parts.toSpliced(roll(parts.length), 1, pick(this.#pick().split('.'))).join('.');
      case 5:
        return [
          ...parts.slice(0, 2),
          pick(['', 'AA', 'A'.repeat(86), 'A'.repeat(342), '_'.repeat(342)]),
        ].join('.');
      case 6:
        return pick([
          `${token}.`,
          `.${token}`,
          `${token}.AAAA`,
          `${token}=`,
          ` ${token}`,
          `${token}${token}`,
        ]);
      case 7:
        return parts.toSpliced(roll(parts.length), 1, this.#respell(pick(parts))).join('.');
      case 8:
        return this.#flipBit(parts, roll(parts.length));
      case 9:
        return [encodePart(this.#header(pick(this.keys))), ...parts.slice(1)].join('.');
      case 10:
        return [parts[0], encodePart(this.#payload()), parts[2]].join('.');
      default:
        return pick([token.toLowerCase(), token.toUpperCase(), [...parts].reverse().join('.')]);
    }
  }

  #pick(): string {
    return this.#dice.pick(this.#pool);
  }

  /** The same or nearly the same bytes in another base64 notation. */
  #respell(part: string): string {
    const last = ALPHABET.indexOf(part.charAt(part.length - 1));
    return this.#dice.pick([
      Buffer.from(part, 'base64url').toString('base64'),
      `${part}=`,
      `${part.slice(0, -1)}${ALPHABET.charAt((last + 1) % 64)}`,
      part.replaceAll('-', '+').replaceAll('_', '/'),
      part.replace(/(.{20})/g, '$1\n'),
    ]);
  }

  #flipBit(parts: string[], index: number): string {
    const bytes = Buffer.from(parts[index] ?? '', 'base64url');
    if (bytes.length === 0) return parts.join('.');
    const place = this.#dice.roll(bytes.length);
    bytes[place] = (bytes[place] as number) ^ (1 << this.#dice.roll(8));
    return parts.toSpliced(index, 1, bytes.toString('base64url')).join('.');
  }
}
