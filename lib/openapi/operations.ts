import { OptionError } from '../decision/errors.ts';
import { parseRouteKey, type RouteKey, VERBS } from '../routes/route-key.ts';
import { checked } from '../util/option-advice.ts';
import { basePathOf, serversFor } from './base-path.ts';
import type { OpenApiDocument } from './document.ts';
import { dereferenced, isRecord, type Located, memberAt, ownMember } from './pointer.ts';
import type { Problems } from './problem.ts';

/** An operation of the document that is a route of the API. */
export interface OpenApiOperation {
  readonly key: RouteKey;
  /** JSON pointer of the operation, behind references. */
  readonly pointer: string;
  readonly value: { readonly [member: string]: unknown };
}

/** The member with the operation for all methods that the path has no other operation for. */
const ANY_METHOD = 'x-amazon-apigateway-any-method';

/** The methods that can be routes, by the member that has the operation. */
export const METHOD_OF: ReadonlyMap<string, string> = new Map([
  ...VERBS.map((verb) => [verb.toLowerCase(), verb] as const),
  [ANY_METHOD, 'ANY'],
]);

/** Members of a Path Item Object that are no operations. */
const NO_OPERATIONS: ReadonlySet<string> = new Set([
  '$ref',
  'summary',
  'description',
  'servers',
  'parameters',
]);

/**
 * Reads the operations of a document whose paths are routes of API Gateway. Reports all others.
 *
 * @param basePath - in place of the servers' base paths; `null` to read these
 */
export function readOperations(
  document: OpenApiDocument,
  basePath: string | null,
  problems: Problems,
): readonly OpenApiOperation[] {
  const paths = ownMember(document, 'paths');
  if (!isRecord(paths)) {
    // OpenAPI 3.1 permits a document of webhooks or components alone.
    if (paths !== undefined) problems.add('structure', '/paths', 'must be an object of paths');
    return [];
  }
  return Object.keys(paths)
    .filter((path) => !path.startsWith('x-'))
    .flatMap((path) => {
      const pointer = memberAt('/paths', path);
      const items = pathItems(document, { value: paths[path], pointer }, problems);
      return items.flatMap((item, index) => {
        const taken = items.slice(0, index).flatMap(({ value }) => Object.keys(value));
        return operationsOf({ document, path, item, items, taken, basePath, problems });
      });
    });
}

/** The path item, and the one that its `$ref` names. */
function pathItems(document: OpenApiDocument, at: Located, problems: Problems): readonly ItemObject[] {
  if (!isRecord(at.value)) {
    problems.add('structure', at.pointer, 'must be an object of operations');
    return [];
  }
  const { $ref: reference, ...own } = at.value;
  const items: ItemObject[] = [{ value: own, pointer: at.pointer }];
  if (reference === undefined) return items;
  const found = dereferenced(document, at, problems);
  if (found === null) return items;
  if (isRecord(found.value)) items.push({ value: found.value, pointer: found.pointer });
  else problems.add('structure', found.pointer, 'must be an object of operations');
  return items;
}

type ItemObject = Located & { readonly value: { readonly [member: string]: unknown } };

interface ItemTerms {
  readonly document: OpenApiDocument;
  readonly path: string;
  readonly item: ItemObject;
  /** The item, and the one that it refers to or that refers to it. */
  readonly items: readonly ItemObject[];
  /** Members of the item that refers to this one. */
  readonly taken: readonly string[];
  readonly basePath: string | null;
  readonly problems: Problems;
}

function operationsOf(terms: ItemTerms): readonly OpenApiOperation[] {
  const { item, taken, problems } = terms;
  const operations: OpenApiOperation[] = [];
  for (const name of Object.keys(item.value)) {
    const method = METHOD_OF.get(name);
    const pointer = memberAt(item.pointer, name);
    if (method === undefined) {
      if (!NO_OPERATIONS.has(name)) reportMember(name, pointer, problems);
      continue;
    }
    if (taken.includes(name)) {
      problems.add('contradiction', pointer, 'is in the path and in what its `$ref` names: remove one');
    }
    const operation = operationAt({ value: item.value[name], pointer }, method, terms);
    if (operation !== null) operations.push(operation);
  }
  return operations;
}

/** Reports a member of a path item that is neither an operation for a route nor known to be something else. */
function reportMember(name: string, pointer: string, problems: Problems): void {
  if (name === 'x-auth0-permissions') {
    problems.add(
      'permissions',
      pointer,
      'is read on operations only: write it on each operation of the path',
    );
  } else if (!name.startsWith('x-')) {
    const spelled = METHOD_OF.has(name.toLowerCase()) ? 'write the method in lower case' : 'remove it';
    problems.add('method', pointer, `is no method that API Gateway routes by: ${spelled}`);
  }
}

function operationAt(at: Located, method: string, terms: ItemTerms): OpenApiOperation | null {
  const { problems } = terms;
  if (!isRecord(at.value)) {
    problems.add('structure', at.pointer, 'must be an object');
    return null;
  }
  if (Object.hasOwn(at.value, '$ref')) {
    problems.add('reference', at.pointer, 'is a reference, which operations cannot be: write it out');
    return null;
  }
  const key = keyOf(at, at.value, method, terms);
  reportParameters(at, at.value, terms);
  return key === null ? null : { key, pointer: at.pointer, value: at.value };
}

/** The route; `null` if API Gateway has none for it, which is then reported. */
function keyOf(at: Located, operation: object, method: string, terms: ItemTerms): RouteKey | null {
  const { document, path, items, basePath: chosen, problems } = terms;
  if (ownMember(operation, 'isDefaultRoute') === true) return parseRouteKey('$default', '');
  const holders = [at, ...items, { value: document, pointer: '' }];
  const { servers, pointer } = serversFor(holders);
  const basePath = chosen ?? basePathOf(servers, pointer, problems);
  if (basePath === null) return null;
  const key = checked(() => parseRouteKey(`${method} ${basePath}${path}`, ''));
  if (!(key instanceof OptionError)) return key;
  problems.add('path', at.pointer, `'${basePath}${path}' ${key.advice}`);
  return null;
}

/** Reports path parameters whose values begin with `;`: the authorizer refuses such segments as ambiguous. */
function reportParameters(at: Located, operation: object, { document, items, problems }: ItemTerms): void {
  for (const { value, pointer } of [{ value: operation, pointer: at.pointer }, ...items]) {
    const parameters = ownMember(value, 'parameters');
    if (!Array.isArray(parameters)) continue;
    for (const [index, parameter] of parameters.entries()) {
      const place = { value: parameter, pointer: memberAt(memberAt(pointer, 'parameters'), index) };
      const found = dereferenced(document, place, problems);
      if (ownMember(found?.value, 'in') !== 'path' || ownMember(found?.value, 'style') !== 'matrix') continue;
      const advice =
        "segments such as ';id=5' are refused as ambiguous (`ambiguous_path`): use the style `simple`";
      problems.add('parameter', place.pointer, `has the style \`matrix\`: ${advice}`);
    }
  }
}
