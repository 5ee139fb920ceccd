import { kindOf } from '../util/kind-of.ts';
import type { OpenApiDocument } from './document.ts';
import { dereferenced, isRecord, ownMember } from './pointer.ts';
import { Problems } from './problem.ts';

/** Whether a security scheme means an access token that the authorizer judges. */
export type SchemeUse =
  | { readonly kind: 'token' }
  /** `reason` reads on after the name of the scheme. */
  | { readonly kind: 'other'; readonly reason: string };

/**
 * Says of the security schemes of a document which of them mean an access token of Auth0:
 *
 * - `oauth2`, `openIdConnect`, and `http` with the scheme `bearer`;
 * - any scheme with a Lambda authorizer in `x-amazon-apigateway-authorizer`, as API Gateway writes it.
 *
 * @param chosen - the only schemes that mean one, by name; `null` for all of these kinds
 */
export function createSchemeReader(document: OpenApiDocument, chosen: readonly string[] | null) {
  const schemes = ownMember(ownMember(document, 'components'), 'securitySchemes');
  const known = new Map<string, SchemeUse>();
  return (name: string): SchemeUse => {
    const use = known.get(name) ?? useOf(document, schemes, name, chosen);
    known.set(name, use);
    return use;
  };
}

function useOf(
  document: OpenApiDocument,
  schemes: unknown,
  name: string,
  chosen: readonly string[] | null,
): SchemeUse {
  const declared = ownMember(schemes, name);
  const problems = new Problems();
  const found = dereferenced(document, { value: declared, pointer: '' }, problems);
  const [problem] = problems.all;
  if (found === null || problem !== undefined) return other(`${problem?.message}`);
  if (!isRecord(found.value)) return other('is not declared in `components.securitySchemes`');
  if (isLambdaAuthorizer(found.value)) return TOKEN;
  const kind = kindOfScheme(found.value);
  if (!TOKEN_KINDS.has(kind)) {
    return other(
      `is ${kind}: ${ADVICE.get(kind) ?? 'the authorizer does not judge it. Remove it, or guard the operation otherwise'}`,
    );
  }
  if (chosen === null || chosen.includes(name)) return TOKEN;
  return other('is not among the `schemes` that mean a token of Auth0');
}

const TOKEN: SchemeUse = { kind: 'token' };

function other(reason: string): SchemeUse {
  return { kind: 'other', reason };
}

/** What to write in place of a scheme that options have another form for. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['http dpop', 'write `http` with `bearer`, and the rule `bound` into the options'],
]);

const TOKEN_KINDS: ReadonlySet<string> = new Set(['oauth2', 'openIdConnect', 'http bearer']);

/** What a scheme is: `apiKey`, `http basic`. */
function kindOfScheme(scheme: unknown): string {
  const type = ownMember(scheme, 'type');
  return type === 'http' ? `http ${textOf(ownMember(scheme, 'scheme')).toLowerCase()}` : textOf(type);
}

/** A list of one text is not that text, and an object may have a `toString` of its own. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : kindOf(value);
}

/** Whether the scheme stands for a Lambda authorizer: of the type `token` or `request`, not `jwt` or `cognito_user_pools`. */
export function isLambdaAuthorizer(scheme: unknown): boolean {
  const type = ownMember(ownMember(scheme, 'x-amazon-apigateway-authorizer'), 'type');
  return type === 'token' || type === 'request';
}
