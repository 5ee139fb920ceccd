import type { Requirement } from '../../lib/policy-compiler/policy-table.ts';

/** How APIs assign scopes to routes: by model, the requirement of a route key. `true` = every caller. */
export const SCOPE_MODELS: Readonly<Record<string, (key: string) => Requirement>> = {
  'by area, read and write': (key) => `${access(key)}:${literalsOf(key)[0]}`,
  'by collection, read and write': (key) => `${access(key)}:${literalsOf(key).at(-1)}`,
  'by collection': (key) => `${literalsOf(key).at(-1)}`,
  'reading free, writing by collection': (key) =>
    access(key) === 'read' ? true : `write:${literalsOf(key).at(-1)}`,
  'a scope for each route': (key) => key,
};

function access(key: string): 'read' | 'write' {
  return key.startsWith('GET ') ? 'read' : 'write';
}

/** Literal segments without versions: `/v1/users/{id}/posts` is of the area `users` and the collection `posts`. */
function literalsOf(key: string): string[] {
  const segments = key.slice(key.indexOf('/')).split('/');
  return segments.filter((text) => text !== '' && !text.startsWith('{') && !/^v\d/.test(text));
}

/** The most callers that {@link callersOf} gives. */
export const ALL_CALLERS = 101;

/**
 * The scopes of sample callers, the same on every run. Of each five callers, three have each scope with a probability of
 * 0.1, 0.5 and 0.9, one has all scopes but one, and one has a single scope. The last of all has every scope for reading.
 */
export function callersOf(
  requirements: readonly Requirement[],
  count: number,
): readonly ReadonlySet<Requirement>[] {
  const scopes = [...new Set(requirements)].filter((one) => typeof one === 'string');
  const random = numbers(requirements.length);
  const callers: Set<Requirement>[] = [];
  while (callers.length < ALL_CALLERS - 1) {
    for (const share of [0.1, 0.5, 0.9]) callers.push(new Set(scopes.filter(() => random() < share)));
    const one = scopes[Math.floor(random() * scopes.length)];
    callers.push(new Set(scopes.filter((scope) => scope !== one)));
    callers.push(new Set(scopes.filter((scope) => scope === one)));
  }
  callers.push(new Set(scopes.filter((scope) => /^(read:|GET )/.test(scope))));
  return callers.slice(0, count);
}

/** A linear congruential generator. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
