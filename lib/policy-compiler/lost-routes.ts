import type { Landing } from '../routes/resolve.ts';
import type { Draft } from './drafts.ts';
import { labelsHit, rememberedSearch } from './glob-hits.ts';
import { STATUS } from './grant.ts';
import type { Label } from './labels.ts';
import type { LayoutTerms } from './layout.ts';
import type { VerbGroup } from './route-automaton.ts';
import { isWithin } from './segment-glob.ts';
import type { VerbGlob } from './verb-globs.ts';
import { verbSetOf } from './verb-patterns.ts';

/** Granted routes that a draft does not wholly allow. */
export function lostRoutes(terms: LayoutTerms, { allow, deny }: Draft): readonly number[] {
  const lost = new Set<number>();
  for (const { group } of terms.groups) {
    const verbs = verbSetOf(group.verbs);
    const isOfGroup = (one: VerbGlob) => (one.verbs & verbs) !== 0;
    addUnallowed(terms, group, allow.filter(isOfGroup), lost);
    addDenied(terms, group, deny.filter(isOfGroup), lost);
  }
  return [...lost];
}

function addUnallowed(
  { table, granted, budget }: LayoutTerms,
  { routes }: VerbGroup,
  allow: readonly VerbGlob[],
  lost: Set<number>,
): void {
  for (const route of routes) {
    if (!granted.routes[route] || lost.has(route)) continue;
    budget.take(allow.length);
    const isAllowed = table.ownOf(route).every((own) => allow.some(({ glob }) => isWithin(own, glob)));
    if (!isAllowed) lost.add(route);
  }
}

/** Adds the routes with paths that a Deny takes although no parameter spells a literal. */
function addDenied(
  { table, granted, budget }: LayoutTerms,
  group: VerbGroup,
  deny: readonly VerbGlob[],
  lost: Set<number>,
): void {
  const isGranted = (label: Label) => {
    const { routes, spelled, undeclared } = table.landings[label] as Landing;
    return !spelled && !undeclared && routes.every((route) => Boolean(granted.routes[route]));
  };
  const globs = deny.map(({ glob }) => glob);
  for (const label of labelsHit(group.start, globs, rememberedSearch(isGranted, budget))) {
    for (const route of table.routesOf(label)) lost.add(route);
  }
}

/** Granted routes with paths that a draft denies because a parameter spells a literal. */
export function reservedRoutes({ table, groups, from }: LayoutTerms, { deny }: Draft): readonly number[] {
  const reserved = new Set<number>();
  for (const { group } of groups) {
    const own = verbSetOf(group.verbs);
    const globs = deny.filter(({ verbs }) => (verbs & own) !== 0).map(({ glob }) => glob);
    for (const label of labelsHit(group.start, globs, from(STATUS.reserved))) {
      for (const route of table.routesOf(label)) reserved.add(route);
    }
  }
  return [...reserved];
}
