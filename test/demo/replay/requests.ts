import fc from 'fast-check';
import { ADDRESSES, ALL_TOKENS, type Caller, COUNTRIES, GOOD_TOKENS, PROOFS } from './callers.ts';

/** A request without its token. */
export interface Planned {
  readonly method: string;
  readonly path: string;
  readonly caller: Caller;
}

const VERBS = ['GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'PUT'];
/** Values of parameters, and of segments that no route has. */
const PLAIN = [
  'a',
  'b',
  'a.b',
  '1',
  'zz',
  '*',
  'GET',
  '...',
  '$',
  '(a|b)',
  'auth0%7C7',
  'caf%C3%A9',
  'x%40y',
  'x%20y',
];
/** The form of the path in the ARN. */
export type ArnPath = 'as sent' | 'decoded';

/** Texts with two readings: those that policies deny, and those that policies cannot describe. */
const GUARDED = ['', '.', '..', '..;'];
/** What policies deny if the ARN has the path as sent. */
const ENCODED = ['%2e', 'c%2Fd', 'c%5cd', 'a%20', '%20a'];
const UNGUARDED = ['%61', '%41', '%2561', '%zz', '%C0%AF', '%C2%A0a', 'a%3Fb', 'a%23b', 'a%0A'];
const EDITS = ['more', 'less', 'other'];

const caller: fc.Arbitrary<Caller> = fc.record({
  token: fc.oneof(
    { weight: 8, arbitrary: fc.nat(GOOD_TOKENS - 1) },
    { weight: 1, arbitrary: fc.integer({ min: GOOD_TOKENS, max: ALL_TOKENS - 1 }) },
  ),
  address: fc.constantFrom(...ADDRESSES),
  country: fc.constantFrom(...COUNTRIES),
  proof: fc.constantFrom(...PROOFS),
});

/** Three callers. The second and the third may be the first with the same token at another address. */
const callers = fc
  .tuple(caller, caller, caller, fc.boolean(), fc.boolean())
  .map(([one, two, three, sameTwo, sameThree]): readonly Caller[] => [
    one,
    sameTwo ? { ...two, token: one.token } : two,
    sameThree ? { ...three, token: one.token } : three,
  ]);

/**
 * The kinds of paths: `plain`; `guarded`, also with a final slash or with two readings that policies deny; or `all`.
 */
export type Paths = 'plain' | 'guarded' | 'all';

/** Sequences of requests by at most three callers: on the routes, near them, and elsewhere. */
export function requestsOn(keys: readonly string[], paths: Paths, arnPath: ArnPath): fc.Arbitrary<Planned[]> {
  const plain = fc.constantFrom(...PLAIN);
  const guarded = arnPath === 'decoded' ? GUARDED : [...GUARDED, ...ENCODED];
  const ambiguous = paths === 'all' ? [...GUARDED, ...ENCODED, ...UNGUARDED] : guarded;
  const text =
    paths !== 'plain'
      ? fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: fc.constantFrom(...ambiguous) })
      : plain;
  const edit = fc.option(fc.constantFrom(...EDITS, ...(paths === 'plain' ? [] : ['slash'])), { freq: 1 });
  const target = fc.record({
    key: fc.constantFrom(...keys),
    texts: fc.tuple(text, text, text),
    edit,
    verb: fc.option(fc.constantFrom(...VERBS), { freq: 1 }),
    who: fc.nat(2),
  });
  const targets = fc.array(target, { minLength: 2, maxLength: 24, size: 'max' });
  return fc.tuple(callers, targets).map(([three, all]) =>
    all.map(({ key, texts, edit: change, verb, who }) => {
      const [method = '', template = ''] = key.split(' ');
      return {
        method: verb ?? (method === 'ANY' ? 'PATCH' : method),
        path: pathOf(template, texts, change),
        caller: three[who] as Caller,
      };
    }),
  );
}

type Texts = readonly [string, string, string];

function pathOf(template: string, [one, two, three]: Texts, edit: string | null): string {
  const parameters = [one, two, three];
  let segments = template.split('/').slice(1);
  segments = segments.flatMap((segment, at) => {
    if (segment.endsWith('+}')) return [one, two];
    return segment.startsWith('{') ? [parameters[at] ?? one] : [segment];
  });
  // The root has one empty segment, and no other one may follow it.
  if (segments[0] === '' && segments.length === 1) segments = [];
  if (edit === 'slash') segments.push('');
  if (edit === 'more') segments.push(three);
  if (edit === 'less') segments.pop();
  if (edit === 'other') segments = [...segments.slice(0, -1), three];
  return `/${segments.join('/')}`;
}
