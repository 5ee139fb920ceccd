import { AuthorizerError } from '../decision/errors.ts';

/**
 * The kinds of problems:
 *
 * - `document`: the text is no JSON or YAML, a key is there twice, or the version is not 3.0 or 3.1.
 * - `structure`: a member is not of the type that the OpenAPI specification demands.
 * - `reference`: a `$ref` to another file, to nothing, or to itself.
 * - `base_path`: the servers have no base path in common, or it cannot be read.
 * - `path`: API Gateway or the authorizer has no route for the path.
 * - `method`: API Gateway has no route for the method.
 * - `parameter`: the style of a path parameter makes segments that the authorizer refuses.
 * - `duplicate_route`: two paths differ by the names of parameters only.
 * - `no_security`: the document does not say who may call the operation.
 * - `scheme`: a security scheme that the authorizer does not judge, an API key for example.
 * - `alternatives`: no `scopes` option has the meaning of the alternatives.
 * - `scope`, `permissions`: names that no rule can require.
 * - `contradiction`: two members of the operation contradict each other.
 * - `nothing_guarded`: no operation requires a token.
 */
export type OpenApiProblemCode =
  | 'document'
  | 'structure'
  | 'reference'
  | 'base_path'
  | 'path'
  | 'method'
  | 'parameter'
  | 'duplicate_route'
  | 'no_security'
  | 'scheme'
  | 'alternatives'
  | 'scope'
  | 'permissions'
  | 'contradiction'
  | 'nothing_guarded';

/** A construct of a document that no option of the authorizer expresses. */
export interface OpenApiProblem {
  readonly code: OpenApiProblemCode;
  /** JSON pointer (RFC 6901) of the construct, `/paths/~1orders/get/security/0`; empty for the document itself. */
  readonly pointer: string;
  /** What is wrong and what to do. Reads on after the pointer. */
  readonly message: string;
}

/** How many problems the message of an error lists. */
const LISTED = 20;

/** A document contains what no option expresses. `problems` has all of it; the message lists the first 20. */
export class OpenApiError extends AuthorizerError {
  override readonly name = 'OpenApiError';
  readonly code = 'invalid_openapi';
  declare readonly problems: readonly OpenApiProblem[];

  constructor(problems: readonly OpenApiProblem[]) {
    super(messageOf(problems));
    this.problems = problems;
  }
}

function messageOf(problems: readonly OpenApiProblem[]): string {
  const lines = problems.slice(0, LISTED).map(problemLine);
  const rest = problems.length - lines.length;
  const more = rest > 0 ? [`and ${rest} more: see \`problems\``] : [];
  return `the OpenAPI document cannot be expressed in full:\n${[...lines, ...more].join('\n')}`;
}

/** A problem in one line: `/paths/~1orders/get: has no security; ...`. */
export function problemLine({ pointer, message }: OpenApiProblem): string {
  return `${pointer === '' ? 'the document' : pointer}: ${message}`;
}

/** Collects the problems of a document. A problem that several operations share, such as one in a default, is there once. */
export class Problems {
  readonly #found = new Map<string, OpenApiProblem>();

  add(code: OpenApiProblemCode, pointer: string, message: string): void {
    this.#found.set(JSON.stringify([code, pointer, message]), { code, pointer, message });
  }

  get all(): readonly OpenApiProblem[] {
    return [...this.#found.values()];
  }
}
