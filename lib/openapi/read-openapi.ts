import { shapeOfKey } from '../routes/route-table.ts';
import { nonEmptyStrings, optional, plainObject, refuse } from '../util/option-checks.ts';
import { type Access, accessOf } from './access.ts';
import { isBasePath } from './base-path.ts';
import { type OpenApiDocument, readDocument } from './document.ts';
import { type OpenApiOperation, readOperations } from './operations.ts';
import { ownMember } from './pointer.ts';
import { type OpenApiProblem, Problems } from './problem.ts';
import { createSchemeReader } from './security-schemes.ts';

/** Options of {@link routesFromOpenApi}. */
export interface OpenApiOptions {
  /**
   * The base path of all routes, in place of those of the document's servers: `/v1`, or an empty text for none. A base path
   * mapping and a stage are no part of it: API Gateway routes behind them.
   *
   * @default the base path that all servers share
   */
  readonly basePath?: string;
  /**
   * The security schemes that mean an access token of Auth0, by name. All others are reported.
   *
   * @default those of the types `oauth2`, `openIdConnect`, and `http` with the scheme `bearer`
   */
  readonly schemes?: string | readonly string[];
}

/** A route of the document, and who may call it. */
export interface OpenApiRoute extends OpenApiOperation {
  /** `null` if no options express it: a problem says why. */
  readonly access: Access | null;
}

/** What a document says about routes. */
export interface OpenApiReading {
  readonly document: OpenApiDocument;
  /** In the order of the document. */
  readonly routes: readonly OpenApiRoute[];
  readonly problems: readonly OpenApiProblem[];
}

/**
 * Reads the routes of a document, and all of its constructs that no options express.
 *
 * @throws {OpenApiError} if it is no OpenAPI document of version 3.0 or 3.1
 * @throws {OptionError} for options that make no sense
 */
export function readOpenApi(source: unknown, options: OpenApiOptions = {}): OpenApiReading {
  const { basePath, schemes } = checkedOptions(options);
  const document = readDocument(source);
  const problems = new Problems();
  const operations = readOperations(document, basePath, problems);
  const terms = {
    defaultSecurity: ownMember(document, 'security'),
    useOf: createSchemeReader(document, schemes),
    problems,
  };
  const routes = operations.map((operation) => ({
    ...operation,
    access: accessOf(operation.value, operation.pointer, terms),
  }));
  reportDuplicates(operations, problems);
  if (problems.all.length === 0 && !routes.some(({ access }) => access?.kind === 'guarded')) {
    problems.add('nothing_guarded', '', 'has no operation that requires a token: it needs no authorizer');
  }
  return { document, routes, problems: problems.all };
}

function checkedOptions(options: OpenApiOptions): {
  readonly basePath: string | null;
  readonly schemes: readonly string[] | null;
} {
  const given = plainObject(options, '', ['basePath', 'schemes']);
  return {
    basePath: optional(given, '', 'basePath', null, (value, path) =>
      isBasePath(value) ? value : refuse(path, "must be a path such as '/v1', or '' for none"),
    ),
    schemes: optional(given, '', 'schemes', null, nonEmptyStrings),
  };
}

function reportDuplicates(operations: readonly OpenApiOperation[], problems: Problems): void {
  const shapes = new Map<string, OpenApiOperation>();
  for (const operation of operations) {
    const shape = shapeOfKey(operation.key);
    const same = shapes.get(shape);
    if (same === undefined) shapes.set(shape, operation);
    else problems.add('duplicate_route', operation.pointer, `is the same route as ${same.pointer}: keep one`);
  }
}
