import { CONDITIONS_BYTES, DOCUMENT_BYTES } from '../gateways/answering/answer-budget.ts';
import { withConditions } from '../iam/conditions.ts';
import { withDenyRest } from '../iam/deny-rest.ts';
import type { AnsweredPolicy, PolicyDocument } from '../iam/policy-document.ts';
import { createCallerCompiler } from '../policy-compiler/caller-compiler.ts';
import type { PolicyCompiler } from '../policy-compiler/compiler.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { ConfirmationMember } from '../token/binding.ts';
import type { PolicySubject } from './policy-for-request.ts';

/** What an authorizer needs to choose policies that are right for more than one request. */
export interface PolicyTerms {
  readonly rules: RuleBook;
  /** `null` if no policy for all routes can exist, or none is needed. */
  readonly compiler: PolicyCompiler | null;
  /** Whether an Allow ends with the token's `exp`. */
  readonly tokenExpiry: boolean;
  /** Whether policies deny explicitly all that they do not allow. */
  readonly denyRest: boolean;
  /** The members of `cnf` that are checked at each request: policies for tokens with one of them open one request. */
  readonly uncachedMembers: readonly ConfirmationMember[];
}

/** Bytes that every document with an Allow spends on guards, at least. */
const GUARD_BYTES = 1500;

/** The compiler of policies for all routes; `null` if all routes share one policy, or if no policy can be replayed. */
export function compilerFor(rules: RuleBook, denyRest: boolean): PolicyCompiler | null {
  if (!rules.routesDiffer || rules.inputs.includes('anything')) return null;
  const { routes, tree, requirements, undeclared, undeclaredRequirement, bindings, ipInPolicy } = rules;
  // A policy contains the lists twice: in the Allow, and inverted in a Deny.
  const forConditions = ipInPolicy === null ? 0 : 2 * JSON.stringify(ipInPolicy).length + CONDITIONS_BYTES;
  const room = DOCUMENT_BYTES - forConditions;
  // A Deny of the rest contains each Allow once more.
  const maxBytes = denyRest ? Math.floor((room + GUARD_BYTES) / 2) : room;
  return createCallerCompiler({
    routes,
    tree,
    requirements,
    undeclared,
    undeclaredRequirement,
    bindings,
    maxBytes,
  });
}

/** The policy as it is answered: with the conditions of the options, and the Deny of the rest. */
export function finished(
  document: PolicyDocument,
  { caller, arn }: Pick<PolicySubject, 'caller' | 'arn'>,
  terms: PolicyTerms | null,
): AnsweredPolicy {
  if (terms === null) return document;
  const { rules, tokenExpiry, denyRest } = terms;
  const expiresAt = tokenExpiry ? caller?.token?.claims.exp : undefined;
  const conditional = withConditions(document, { ...rules.ipInPolicy, expiresAt }, arn);
  return denyRest ? withDenyRest(conditional) : conditional;
}
