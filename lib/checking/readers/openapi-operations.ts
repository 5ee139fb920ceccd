import type { DeployedRoute, Guard } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { methodOf, pathOf } from './methods.ts';
import { guardOfScheme } from './openapi-schemes.ts';

/** What the operations of a document have in common. */
export interface OperationTerms {
  readonly root: Cursor;
  readonly kind: 'rest' | 'http';
  /** Whether the document does not mention API Gateway. */
  readonly isPlain: boolean;
  readonly basePath: string;
}

const ANY_METHOD = 'x-amazon-apigateway-any-method';
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', ANY_METHOD]);

/** The routes of a path. */
export function operationsOf(path: string, item: Cursor, terms: OperationTerms): readonly DeployedRoute[] {
  return item.members
    .filter(([name]) => METHODS.has(name))
    .map(([name, operation]) => ({
      key: keyOf(name, path, operation, terms),
      place: operation.place,
      guard: guardOf(operation, terms),
    }));
}

function keyOf(name: string, path: string, operation: Cursor, { kind, basePath }: OperationTerms): string {
  const isDefault = path === '/$default' || operation.get('isDefaultRoute').value === true;
  if (kind === 'http' && isDefault) return '$default';
  return `${name === ANY_METHOD ? 'ANY' : methodOf(name)} ${pathOf(basePath + path)}`;
}

const PLAIN: Guard = {
  kind: 'undecided',
  text: 'the document has no extensions of API Gateway, so it does not show which routes have the authorizer',
};

const ROOT_SECURITY: Guard = {
  kind: 'undecided',
  text: '`security` is at the top of the document, and AWS does not document whether HTTP APIs read it there: write it at the operation',
};

/**
 * Who guards an operation.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html REST APIs ignore `security` at
 *   the top
 */
function guardOf(operation: Cursor, terms: OperationTerms): Guard {
  const { root, kind, isPlain } = terms;
  if (isPlain) return PLAIN;
  const own = operation.get('security');
  if (own.undecided !== null) return { kind: 'undecided', text: own.undecided.text };
  if (own.isMissing && kind === 'http' && root.get('security').items.length > 0) return ROOT_SECURITY;
  const auth = operation.get('x-amazon-apigateway-auth', 'type').text?.toUpperCase();
  if (auth === 'AWS_IAM') return { kind: 'other', what: auth };
  const names = own.items.flatMap((alternative) => alternative.members.map(([name]) => name));
  const guards = names.map((name) => guardOfScheme(name, root));
  return guards.find((guard) => guard.kind !== 'none') ?? { kind: 'none' };
}
