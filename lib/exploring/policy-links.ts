import { matchesGlob } from '../iam/evaluate-glob.ts';
import type { AnsweredPolicy } from '../iam/policy-document.ts';

/** One resource of a statement, and the routes that it is about. */
export interface PolicyPattern {
  /** Index of the statement. */
  readonly statement: number;
  readonly effect: 'Allow' | 'Deny';
  /** Whether the statement is about everything but its resources. */
  readonly isNegated: boolean;
  /** Without its beginning; `…` stands for any stage. */
  readonly text: string;
  /** Whether it is a Deny of paths with two readings, for all routes alike, and matches no route. */
  readonly isGuard: boolean;
  /** Indexes of the routes whose resource it matches. */
  readonly routes: readonly number[];
}

/** A policy document and routes, linked both ways. */
export interface PolicyLinks {
  readonly patterns: readonly PolicyPattern[];
  /** By route, indexes of the patterns that match it: Denies first, since a Deny wins. */
  readonly ofRoute: readonly (readonly number[])[];
}

/**
 * Links the resources of a document to routes. Conditions are not looked at.
 *
 * @param resources - of the routes: ARNs of one stage
 */
export function policyLinks({ Statement }: AnsweredPolicy, resources: readonly string[]): PolicyLinks {
  const patterns = Statement.flatMap((one, statement): readonly PolicyPattern[] => {
    const isNegated = one.Resource === undefined;
    return [one.Resource ?? one.NotResource].flat().map((pattern) => {
      const text = shortText(pattern);
      const routes = resources.flatMap((resource, index) =>
        matchesGlob(pattern, resource, true) ? [index] : [],
      );
      const isGuard = one.Effect === 'Deny' && routes.length === 0 && /^…|^\*/.test(text);
      return { statement, effect: one.Effect, isNegated, text, isGuard, routes };
    });
  });
  const ofRoute = resources.map((): number[] => []);
  for (const effect of ['Deny', 'Allow'] as const) {
    for (const [index, pattern] of patterns.entries()) {
      if (pattern.effect !== effect) continue;
      for (const route of pattern.routes) ofRoute[route]?.push(index);
    }
  }
  return { patterns, ofRoute };
}

/** The pattern without its beginning: the stage, or what stands for any API. */
function shortText(pattern: string): string {
  const [, rest = pattern] = /^arn:[^:]*:execute-api:[^:]*:[^:]*:(.*)$/s.exec(pattern) ?? [];
  const [, path] = /^[\w.-]+\/(?:\$default|[\w.-]+)\/(.*)$/s.exec(rest) ?? [];
  return path ?? `…${rest}`;
}
