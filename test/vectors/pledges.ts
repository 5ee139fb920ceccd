/** A sentence that users can read, which says that this package refuses what a vector or an RFC calls valid. */
export interface Pledge {
  readonly file: string;
  readonly sentence: string;
}

export const PLEDGES = {
  algorithms: {
    file: 'SECURITY.md',
    sentence: 'Algorithms come from your options.',
  },
  keys: {
    file: 'SECURITY.md',
    sentence: 'A key verifies only tokens with its `kid` and an algorithm that it is published for.',
  },
  compact: {
    file: 'SECURITY.md',
    sentence:
      'A signed token is the compact serialization of a JWS (RFC 7515, section 7.1) with a JSON object inside: without `crit`, `b64` or a detached payload.',
  },
  'key encryption': {
    file: 'docs/19-bound-and-encrypted-tokens.md',
    sentence:
      'A key must be RSA with 2048 bits at least, private, and not for signatures (`use`, `key_ops`, `alg`).',
  },
  'content encryption': {
    file: 'docs/19-bound-and-encrypted-tokens.md',
    sentence: '`A128GCM`, `A192GCM` and `A256GCM` are supported',
  },
} as const satisfies Readonly<Record<string, Pledge>>;

export type PledgeName = keyof typeof PLEDGES;

/** Which sentence covers a refusal, by the text of its reason. */
const COVERED: readonly (readonly [RegExp, PledgeName])[] = [
  [/^algorithm_not_allowed$/, 'algorithms'],
  [/^missing_kid$|^unknown_key: published for /, 'keys'],
  [/^malformed_token/, 'compact'],
  [/^`alg` is not in /, 'key encryption'],
  [/^decryption\.keys\[0\]/, 'key encryption'],
  [/^`enc` is not in /, 'content encryption'],
];

/** @param reason - why the token was refused, as from `judgeJws` and `openedJwe` */
export function pledgeFor(reason: string): PledgeName | null {
  return COVERED.find(([text]) => text.test(reason))?.[1] ?? null;
}
