import type { Requirement } from '../../lib/policy-compiler/policy-table.ts';

/** Ways in which APIs hand out scopes: the requirement of a route. */
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

/** Literal segments but for versions: `/v1/users/{id}/posts` is of the area `users` and the collection `posts`. */
function literalsOf(key: string): string[] {
  const segments = key.slice(key.indexOf('/')).split('/');
  return segments.filter((text) => text !== '' && !text.startsWith('{') && !/^v\d/.test(text));
}

/** Callers of many kinds: the scopes that each of them holds. The same ones on every run. */
export function callersOf(requirements: readonly Requirement[]): readonly ReadonlySet<Requirement>[] {
  const scopes = [...new Set(requirements)].filter((one) => typeof one === 'string');
  const random = numbers(requirements.length);
  const callers: Set<Requirement>[] = [];
  for (let count = 0; count < 20; count++) {
    for (const share of [0.1, 0.5, 0.9]) callers.push(new Set(scopes.filter(() => random() < share)));
    const one = scopes[Math.floor(random() * scopes.length)];
    callers.push(new Set(scopes.filter((scope) => scope !== one)));
    callers.push(new Set(scopes.filter((scope) => scope === one)));
  }
  callers.push(new Set(scopes.filter((scope) => /^(read:|GET )/.test(scope))));
  return callers;
}

function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
