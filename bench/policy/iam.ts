import type { PolicyDocument } from '../../lib/iam/policy-document.ts';

/** Patterns that are kept in compiled form. */
const MAX_PATTERNS = 20_000;

type Matcher = (rest: string) => boolean;

const compiled = new Map<string, Matcher>();

/**
 * IAM's evaluation of a policy without conditions, written apart from lib/: patterns become regular expressions.
 *
 * @param prefix - the ARN up to and including the slash after the stage
 * @returns whether the policy allows the rest of an ARN, `GET/users/7`
 */
export function evaluatorOf({ Statement }: PolicyDocument, prefix: string): Matcher {
  const matchers = (effect: 'Allow' | 'Deny') =>
    Statement.filter(({ Effect }) => Effect === effect)
      .flatMap(({ Resource }) => Resource)
      .map((pattern) => matcherOf(pattern, prefix));
  const [allows, denies] = [matchers('Allow'), matchers('Deny')];
  return (rest) => allows.some((matches) => matches(rest)) && !denies.some((matches) => matches(rest));
}

function matcherOf(pattern: string, prefix: string): Matcher {
  const name = `${prefix} ${pattern}`;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_PATTERNS) compiled.clear();
  const made = newMatcher(pattern, prefix);
  compiled.set(name, made);
  return made;
}

function newMatcher(pattern: string, prefix: string): Matcher {
  if (pattern.startsWith(prefix)) return textMatcher(pattern.slice(prefix.length));
  // A wildcard stands before the end of the prefix.
  const matches = textMatcher(pattern);
  return (rest) => matches(prefix + rest);
}

/** `*` = any characters, `?` = one; `${*}`, `${?}` and `${$}` = these characters themselves. */
function textMatcher(pattern: string): Matcher {
  const parts = pattern.match(/\$\{[*?$]\}|[^*?$]+|[*?$]/g) ?? [];
  const sources = parts.map((part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    const text = part.startsWith('${') ? part.slice(2, 3) : part;
    return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  const expression = new RegExp(`^${sources.join('')}$`, 's');
  // Most patterns that do not match fail here, much faster than by the expression.
  const literal = parts.findLast((part) => /[^*?${}]/.test(part)) ?? '';
  return (text) => text.includes(literal) && expression.test(text);
}
