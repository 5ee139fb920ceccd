import { ROUTINGS, type Routing } from '../gateways/routing.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import { documentWith, type PolicyDocument, statement } from '../iam/policy-document.ts';
import { MAX_RESOURCE_LENGTH } from '../iam/request-policy.ts';
import type { RememberedSearch } from './glob-hits.ts';
import { STATUS } from './grant.ts';
import type { LayoutTerms } from './layout.ts';
import { isPlaceholder } from './own-text.ts';
import { ambiguityGuards, anyStageGuards, encodingGuards } from './path-guards.ts';
import { isStar, type SegmentGlob, START, segmentGlob, step } from './segment-glob.ts';
import type { VerbGlob } from './verb-globs.ts';
import { namesOf, patternsFor, type VerbPattern, verbSetOf } from './verb-patterns.ts';

/** What follows the stage in the resources of a document. */
export interface Tails {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Literals that a client may spell in percent-encoding to get past a Deny. */
  readonly literals: ReadonlySet<string>;
  /** Whether the gateway decodes paths. */
  readonly isDecoded: boolean;
}

/**
 * Writes verbs and paths.
 *
 * @param spare - status from which on labels must not be touched by a Deny whose verb crosses into the path
 */
export function tailsOf(
  terms: LayoutTerms,
  allow: readonly VerbGlob[],
  deny: readonly VerbGlob[],
  spare: number,
  anyStage: boolean,
): Tails {
  const { granted, closed } = terms;
  // A star for the verb also lets in methods that no route key can name.
  const mayCross = granted.undeclared === 'absent';
  const verbsOf = anyStage
    ? spelledOut
    : (globs: readonly VerbGlob[]) =>
        tailsIn(globs, (one, pattern) => mayCross && crossesSafely(terms, one, pattern, closed));
  return {
    allow: isNothingClosed(terms) ? ['*'] : verbsOf(allow),
    deny: tailsIn(deny, (one, pattern) => crossesSafely(terms, one, pattern, terms.from(spare))),
    literals: literalsUnderStars(allow, deny),
    isDecoded: isDecoded(terms.table.routing),
  };
}

/** For the stage `*`, whose star would make one with a pattern for verbs. */
function spelledOut(globs: readonly VerbGlob[]): readonly string[] {
  return globs.flatMap(({ glob, verbs }) => namesOf(verbs).map(({ text }) => `${text}/${glob.text}`));
}

function isNothingClosed({ table, grant }: LayoutTerms): boolean {
  return table.groups.every(({ labels }) => [...labels].every((label) => grant(label) !== STATUS.closed));
}

function tailsIn(
  globs: readonly VerbGlob[],
  mayCross: (one: VerbGlob, pattern: VerbPattern) => boolean,
): readonly string[] {
  return globs.flatMap((one) =>
    patternsFor(one.verbs, (pattern) => mayCross(one, pattern)).map(({ text }) => `${text}/${one.glob.text}`),
  );
}

function crossesSafely(
  { table }: LayoutTerms,
  { glob }: VerbGlob,
  { verbs }: VerbPattern,
  avoided: RememberedSearch,
): boolean {
  const crossing = segmentGlob(['*', ...glob.elements]);
  const afterVerb = step(crossing, START, null);
  return !table.groups.some(
    (group) => (verbSetOf(group.verbs) & verbs) !== 0 && avoided.hits(group.start, crossing, afterVerb),
  );
}

function isDecoded(routing: Routing): boolean {
  return ROUTINGS[routing].percentEncoding === 'decoded';
}

/**
 * The literals of the Denies that a star of an Allow may match. Without placeholders: what is closed to the caller's own
 * text is closed to every other text in its place.
 */
function literalsUnderStars(allow: readonly VerbGlob[], deny: readonly VerbGlob[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { glob, verbs } of deny) {
    const from = allow.reduce(
      (least, one) => ((one.verbs & verbs) === 0 ? least : Math.min(least, starIn(one.glob, glob))),
      glob.elements.length,
    );
    for (const element of glob.elements.slice(from))
      if (!isStar(element) && !isPlaceholder(element)) found.add(element.replace('*', ''));
  }
  return found;
}

/** Index of the first element of `deny` that a star of `allow` may match. */
function starIn({ elements: allow }: SegmentGlob, { elements: deny }: SegmentGlob): number {
  for (const [index, element] of allow.entries()) {
    const other = deny[index];
    if (element.endsWith('*') || other === '*') return index;
    if (element !== other) return deny.length;
  }
  return deny.length;
}

/** How resources name the API: in full, or with region and account left open, which saves 20 characters a resource. */
export type ArnForm = 'full' | 'short';

/** Emulators write words where AWS writes twelve digits. */
const AWS_ACCOUNT = /^\d{12}$/;

/** Writes the document; `null` if it is larger than allowed. */
export function documentFor(
  { allow, deny, literals, isDecoded }: Tails,
  arn: ExecuteApiArn,
  form: ArnForm,
  maxBytes: number,
): { readonly document: PolicyDocument; readonly bytes: number } | null {
  const full = arn.stagePrefix.slice(0, -`${arn.stage}/`.length);
  const api = form === 'full' ? full : `arn:${arn.partition}:execute-api:*:*:${arn.apiId}/`;
  const stage = `${api}${arn.stage}/`;
  const guards = { any: `arn:${arn.partition}:execute-api:*:*:`, api };
  const allowed = allow.map((tail) => stage + tail);
  const denied = [
    ...deny.map((tail) => stage + tail),
    ...ambiguityGuards(guards, AWS_ACCOUNT.test(arn.accountId), isDecoded),
    ...encodingGuards(guards, literals),
    // The open region could match into a path that ends with a whole ARN of the same API.
    ...(form === 'short' ? [`${api}*:${arn.apiId}/*`] : []),
    ...(arn.stage === '*' ? anyStageGuards(stage) : []),
  ];
  const document = frozen(allowed, denied);
  const bytes = JSON.stringify(document).length;
  const isValid = [...allowed, ...denied].every((resource) => resource.length <= MAX_RESOURCE_LENGTH);
  return bytes <= maxBytes && isValid ? { document, bytes } : null;
}

/** The bytes of a document besides its globs: at least so many. */
export function guardBytes(arn: ExecuteApiArn, routing: Routing): number {
  const nothing = { allow: [], deny: [], literals: new Set<string>(), isDecoded: isDecoded(routing) };
  const written = documentFor(nothing, arn, 'short', Number.POSITIVE_INFINITY);
  return written === null ? 0 : written.bytes;
}

function frozen(allow: readonly string[], deny: readonly string[]): PolicyDocument {
  const statements = [statement('Allow', Object.freeze(allow)), statement('Deny', Object.freeze(deny))];
  return Object.freeze(documentWith(Object.freeze(statements.map((one) => Object.freeze(one)))));
}

/** The document that denies the whole stage. */
export function denyAll(arn: ExecuteApiArn): PolicyDocument {
  const only = statement('Deny', Object.freeze([`${arn.stagePrefix}*`]));
  return Object.freeze(documentWith(Object.freeze([Object.freeze(only)])));
}
