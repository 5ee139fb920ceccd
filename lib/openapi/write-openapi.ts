import { parseRouteKey, type RouteKey } from '../routes/route-key.ts';
import { createRouteTable } from '../routes/route-table.ts';
import type { RouteRules } from '../rules/rule-options.ts';
import { accessOf, PERMISSIONS } from './access.ts';
import { type AuthorizerTerms, authorizerScheme } from './authorizer-scheme.ts';
import type { OpenApiDocument } from './document.ts';
import type { Edit } from './edits.ts';
import { type OpenApiOperation, readOperations } from './operations.ts';
import { memberAt, ownMember, pointerPath } from './pointer.ts';
import { type OpenApiProblem, Problems } from './problem.ts';
import {
  type ApiRules,
  rulesOfApi,
  type SchemeNames,
  securityOf,
  statedRules,
  unstatedRules,
} from './route-security.ts';
import { chooseSchemes } from './scheme-choice.ts';
import { createSchemeReader } from './security-schemes.ts';

/** What is written into a document. */
export interface WriteTerms extends AuthorizerTerms {
  /** The issuer of the tokens, `https://tenant.eu.auth0.com/`. */
  readonly issuer: string;
  /** In place of the servers' base paths; `null` to read these. */
  readonly basePath: string | null;
}

/** How a document says what the options say. */
export interface OpenApiWriting {
  readonly edits: readonly Edit[];
  /** Routes that only one of the two has, and what cannot be guarded. If there are any, the edits are of no use. */
  readonly problems: readonly OpenApiProblem[];
  /** Names of rules that a document cannot state. The authorizer judges them. */
  readonly unstated: readonly string[];
}

/**
 * Works out the changes that make a document say what the options say: `security` and `x-auth0-permissions` of each
 * operation, the security schemes, and the authorizer of API Gateway.
 *
 * @throws {OptionError} for options that make no sense
 */
export function writeOpenApi(document: OpenApiDocument, terms: WriteTerms): OpenApiWriting {
  const scheme = authorizerScheme(terms);
  const problems = new Problems();
  const rules = rulesOfApi(terms.options, terms.api);
  const { names, edits } = chooseSchemes(document, scheme, terms.issuer);
  const operations = readOperations(document, terms.basePath, problems);
  const declared = declaredRoutes(rules);
  const changes = operations.flatMap((operation) =>
    operationEdits(operation, { document, declared, rules, names, problems }),
  );
  reportMissing(declared, problems);
  reportConflicts(changes, problems);
  return { edits: [...edits, ...changes], problems: problems.all, unstated: unstatedRules(rules) };
}

interface Declared {
  readonly keys: readonly RouteKey[];
  /** The index of the route for an operation; `null` if there is none. */
  indexOf(key: RouteKey): number | null;
  /** Indexes of the routes that some operation is for. */
  readonly met: Set<number>;
}

function declaredRoutes({ routes }: ApiRules): Declared {
  const keys = Object.keys(routes).map((key) => parseRouteKey(key, `routes['${key}']`));
  const table = createRouteTable(keys);
  return {
    keys,
    indexOf: (key) => (key.kind === 'path' ? table.matchTemplate(key.method, key.key) : table.fallback),
    met: new Set(),
  };
}

interface OperationTerms {
  readonly document: OpenApiDocument;
  readonly declared: Declared;
  readonly rules: ApiRules;
  readonly names: SchemeNames;
  readonly problems: Problems;
}

function operationEdits(operation: OpenApiOperation, terms: OperationTerms): readonly Edit[] {
  const { declared, rules, problems } = terms;
  const { key, value, pointer } = operation;
  const index = declared.indexOf(key);
  const isOwnRoute = index !== null && !isForAny(declared.keys[index] as RouteKey, key);
  // `ANY` in the options takes no preflight of a browser that the document opens.
  if (!isOwnRoute && isOpen(operation, terms)) return [];
  if (index !== null) declared.met.add(index);
  else if (rules.undeclared !== 'rules' && declared.keys.length > 0) {
    const advice = 'declare it, or write `security: []` on the operation';
    problems.add('no_security', pointer, `is no route of the options, '${key.key}': ${advice}`);
    return [];
  }
  if (ownMember(value, 'x-amazon-apigateway-auth') === undefined) return editsOf(operation, index, terms);
  const advice = 'sets the authorization that `security` is written for: remove it';
  problems.add('contradiction', `${pointer}/x-amazon-apigateway-auth`, advice);
  return [];
}

/** Whether a declared route is for `ANY` method, and the operation for one. */
function isForAny(declared: RouteKey, { key }: RouteKey): boolean {
  return declared.key.startsWith('ANY ') && !key.startsWith('ANY ');
}

/** @param index - of the route; `null` for the common rules */
function editsOf(
  { pointer, value }: OpenApiOperation,
  index: number | null,
  { declared, rules, names }: OperationTerms,
): readonly Edit[] {
  const own = index === null ? {} : rules.routes[(declared.keys[index] as RouteKey).key];
  const stated = statedRules(own as RouteRules, rules.rules);
  const { permissions } = stated;
  const path = pointerPath(pointer);
  const security = { path: [...path, 'security'], value: securityOf(stated, names) };
  const isWritten = permissions !== undefined || ownMember(value, PERMISSIONS) !== undefined;
  return isWritten ? [security, { path: [...path, PERMISSIONS], value: permissions }] : [security];
}

/** Whether the document says that everybody may call the operation. */
function isOpen({ value, pointer }: OpenApiOperation, { document }: OperationTerms): boolean {
  const terms = {
    defaultSecurity: ownMember(document, 'security'),
    useOf: createSchemeReader(document, null),
    problems: new Problems(),
  };
  return accessOf(value, pointer, terms)?.kind === 'open';
}

function reportMissing({ keys, met }: Declared, problems: Problems): void {
  for (const [index, key] of keys.entries()) {
    if (met.has(index)) continue;
    const advice =
      key.kind === 'connect' ? 'documents do not describe WebSocket APIs' : 'add it, or remove the route';
    problems.add('path', '/paths', `has no operation for '${key.key}' of the options: ${advice}`);
  }
}

/** Reports an operation that several paths share by a reference, if they need different values. */
function reportConflicts(edits: readonly Edit[], problems: Problems): void {
  const values = new Map<string, string>();
  for (const { path, value } of edits) {
    const pointer = path.reduce(memberAt, '');
    const text = JSON.stringify(value);
    if (values.has(pointer) && values.get(pointer) !== text) {
      problems.add(
        'contradiction',
        pointer,
        'belongs to several paths with different rules: write it out for each',
      );
    }
    values.set(pointer, text);
  }
}
