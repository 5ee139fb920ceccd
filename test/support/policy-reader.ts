import type { PolicyDocument, PolicyStatement } from '../../lib/iam/policy-document.ts';

/** Whether a document allows the request of an ARN. */
export type PolicyReader = (resource: string) => boolean;

/**
 * Reads a document once for many requests, for property tests. Written apart from `lib/iam`: resources that differ after
 * their last but one star only become one regular expression, which is made once for all documents.
 *
 * Documents without conditions, whose statements are all for `execute-api:Invoke`.
 */
export function policyReader({ Statement }: PolicyDocument): PolicyReader {
  const of = (effect: PolicyStatement['Effect']) =>
    patternsOf(Statement.filter(({ Effect }) => Effect === effect).flatMap(({ Resource }) => Resource));
  const [allow, deny] = [of('Allow'), of('Deny')];
  return (resource) =>
    allow.some((pattern) => pattern.test(resource)) && !deny.some((pattern) => pattern.test(resource));
}

/** A resource up to its last star before the end, and the rest of it as the source of a regular expression. */
interface Parts {
  readonly head: string;
  readonly end: string;
}

/** Resources and patterns that are kept. */
const MAX_KNOWN = 20_000;

const parts = new Map<string, Parts>();
const patterns = new Map<string, RegExp>();

function partsOf(resource: string): Parts {
  const known = parts.get(resource);
  if (known !== undefined) return known;
  const [head] = /^.*(?<!\$\{)\*(?=.)/s.exec(resource) ?? [''];
  const found = { head, end: sourceOf(resource.slice(head.length)) };
  if (parts.size > MAX_KNOWN) parts.clear();
  parts.set(resource, found);
  return found;
}

function patternsOf(resources: readonly string[]): readonly RegExp[] {
  const ends = new Map<string, string[]>();
  for (const resource of resources) {
    const { head, end } = partsOf(resource);
    const list = ends.get(head);
    if (list === undefined) ends.set(head, [end]);
    else list.push(end);
  }
  return Array.from(ends, ([head, list]) => {
    const text = `${head} ${list.join('|')}`;
    const pattern = patterns.get(text) ?? new RegExp(`^${sourceOf(head)}(?:${list.join('|')})$`, 's');
    if (patterns.size > MAX_KNOWN) patterns.clear();
    patterns.set(text, pattern);
    return pattern;
  });
}

/** `${*}`, `${?}` and `${$}` stand for the character in them. */
function sourceOf(glob: string): string {
  return glob.replace(/\$\{[*?$]\}|[\\^$.*+?()[\]{}|]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return `\\${part.length === 1 ? part : part.charAt(2)}`;
  });
}
