import type { PolicyShortfall } from '../decision/decision.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import type { Routing } from '../gateways/routing.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import type { CompiledPolicy, CoveringPolicy } from '../policy-compiler/compiled-policy.ts';
import type { DocumentVerdict, GrantedRoutes, PolicyCompiler } from '../policy-compiler/compiler.ts';
import type { Judging } from '../rules/judging.ts';
import type { AccessTokenClaims } from '../token/verified-token.ts';
import type { PolicySubject } from './policy-for-request.ts';
import type { PolicyTerms } from './policy-terms.ts';

/** A request whose policy can be one for all routes. */
export interface RoutedSubject {
  readonly judging: Judging;
  readonly arn: ExecuteApiArn;
  readonly routing: Routing;
  readonly compiler: PolicyCompiler;
}

/**
 * The subject with what a document for all routes needs; `null` if there is no such document: no rules were judged, no
 * compiler exists, or the request has no path (`$connect`), so that its own resource is all there is.
 */
export function routedSubject(
  { judging, arn }: PolicySubject,
  terms: PolicyTerms | null,
): RoutedSubject | null {
  if (judging === null || terms === null || terms.compiler === null) return null;
  const { routing } = gatewayOfKind(judging.request.gateway);
  return routing === null ? null : { judging, arn, routing, compiler: terms.compiler };
}

/** Indexes of the declared routes of the request; empty if its path is undeclared or was refused. */
export function askedRoutes({ rules }: Judging): readonly number[] {
  if (rules.kind === 'route') return [rules.index];
  return rules.kind === 'routes' ? rules.indexes : [];
}

/**
 * The document for all that the caller may use.
 *
 * @param asked - the routes that it covers first
 */
export function callerDocument(
  { judging, arn, routing, compiler }: RoutedSubject,
  asked: readonly number[] = askedRoutes(judging),
): CompiledPolicy {
  return compiler.compile(judging.grants(), arn, { routing, asked, claims: claimsOf(judging) });
}

/** The document for the routes of the request only, as if the caller could use no other route. */
export function routeDocument({ judging, arn, routing, compiler }: RoutedSubject): CompiledPolicy {
  const asked = askedRoutes(judging);
  const routes = new Uint8Array(judging.grants().routes.length);
  for (const route of asked) routes[route] = 1;
  const granted: GrantedRoutes = { routes, undeclared: false };
  return compiler.compile(granted, arn, { routing, asked, claims: claimsOf(judging) });
}

function claimsOf({ token }: Judging): AccessTokenClaims | null {
  return token === null ? null : token.claims;
}

/** What the document for the caller does with the request, which its rules allow. */
export function verdictOf(subject: RoutedSubject, compiled: CoveringPolicy): DocumentVerdict {
  const { judging, arn, routing, compiler } = subject;
  if (isAllowedSurely(judging, arn, compiled)) return 'allowed';
  return compiler.verdictOn(compiled, judging.grants(), arn, routing, claimsOf(judging));
}

/**
 * Whether the document allows the request without a look at its globs: it covers the one route of the path wholly. A Deny
 * may take paths of `$default`, as undeclared ones. At the root the ARN may lack its final slash, which no glob matches.
 */
function isAllowedSurely(
  { rules, isCovered }: Judging,
  { path }: ExecuteApiArn,
  policy: CoveringPolicy,
): boolean {
  if (rules.kind !== 'route' || rules.route === '$default' || !isCovered || path === '/') return false;
  return policy.allowsAllOf(rules.index);
}

/** What a document leaves out of what its caller may use; `null` if nothing. */
export function shortfallOf({ leftOut }: CoveringPolicy): PolicyShortfall | null {
  return leftOut.length === 0 ? null : { kind: 'partial', leftOut: leftOut.length };
}
