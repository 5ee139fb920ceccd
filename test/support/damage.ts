import fc from 'fast-check';

/** A place in a JSON value, and what happens there. */
export interface Damage {
  /** Steps into the value. Each is the number of a member, counted around; fewer if there is no member. Empty: the root. */
  readonly at: readonly number[];
  readonly change: Change;
}

type Change =
  | { readonly kind: 'remove' }
  | { readonly kind: 'replace'; readonly value: unknown }
  | { readonly kind: 'add'; readonly key: string; readonly value: unknown }
  /** Takes the value of another member of the same object, or of the same list. */
  | { readonly kind: 'copy'; readonly from: number }
  /** Puts the value into a list. */
  | { readonly kind: 'wrap' }
  /** Repeats a text or the items of a list. */
  | { readonly kind: 'repeat'; readonly times: number };

type Holder = Record<string, unknown>;

/** Keys with a meaning in JavaScript. */
export const nastyKeys = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'length',
  '0',
  '',
  'toJSON',
  'valueOf',
  'then',
);

/** Texts with lone surrogates, invisible characters, and characters with a meaning in headers, paths and policies. */
export const oddTexts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '\u0000',
    '\uD800',
    'a\uDC00b',
    '\u202Eabc',
    '\uFEFF',
    '\u00A0',
    '\u2028',
    '\r\nX-Injected: 1',
    '*',
    '${*}',
    '%2F..%2f',
    '%',
    '%ED%A0%80',
    '//',
    'Bearer ',
    'Bearer a.b.c',
    'DPoP x',
    ', ',
    '$default',
    'arn:aws:execute-api:x',
    '::ffff:',
    '1e400',
  ),
);

/** Any value that JSON can carry. */
export const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  oddTexts,
  fc.dictionary(nastyKeys, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
  fc.array(fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 0 })), { maxLength: 3 }),
  fc.constantFrom(1e308, -1, 2 ** 53, 0.5, '7', true, null),
);

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Change>({ kind: 'remove' }) },
  { weight: 6, arbitrary: oddValues.map((value): Change => ({ kind: 'replace', value })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(nastyKeys, oddTexts), oddValues)
      .map(([key, value]): Change => ({ kind: 'add', key, value })),
  },
  { weight: 1, arbitrary: fc.nat(30).map((from): Change => ({ kind: 'copy', from })) },
  { weight: 1, arbitrary: fc.constant<Change>({ kind: 'wrap' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(2, 3, 100, 2000).map((times): Change => ({ kind: 'repeat', times })),
  },
);

/** Random damages, most of them near the root. */
export const damages: fc.Arbitrary<Damage> = fc.record({
  at: fc.array(fc.nat(60), { minLength: 1, maxLength: 5 }),
  change: changes,
});

/** The same without large values. */
export const smallDamages: fc.Arbitrary<Damage> = damages.filter(
  ({ change }) => change.kind !== 'repeat' || change.times < 10,
);

/** A copy of the value with the damages, one after the other. */
export function damaged<Value>(value: Value, list: readonly Damage[]): Value {
  const root: Holder = { value: structuredClone(value) };
  for (const { at, change } of list) {
    let holder = root;
    let key = 'value';
    for (const step of at) {
      const next = holder[key];
      if (typeof next !== 'object' || next === null) break;
      const keys = Object.keys(next);
      if (keys.length === 0) break;
      holder = next as Holder;
      key = keys[step % keys.length] as string;
    }
    if (holder !== root || change.kind === 'add') apply(holder, key, change);
  }
  return root['value'] as Value;
}

function apply(holder: Holder, key: string, change: Change): void {
  const value = holder[key];
  if (change.kind === 'remove') {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (change.kind === 'replace') set(holder, key, structuredClone(change.value));
  else if (change.kind === 'add') {
    const place = typeof value === 'object' && value !== null ? (value as Holder) : holder;
    if (Array.isArray(place)) place.push(structuredClone(change.value));
    else set(place, change.key, structuredClone(change.value));
  } else if (change.kind === 'copy') {
    const keys = Object.keys(holder);
    set(holder, key, structuredClone(holder[keys[change.from % keys.length] as string]));
  } else if (change.kind === 'wrap') set(holder, key, [value]);
  else set(holder, key, repeated(value, change.times));
}

function repeated(value: unknown, times: number): unknown {
  if (typeof value === 'string') return value.repeat(times);
  return Array.isArray(value) ? Array.from({ length: times }, () => value).flat() : value;
}

/** `__proto__` becomes a member of its own, as in JSON. */
function set(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}
