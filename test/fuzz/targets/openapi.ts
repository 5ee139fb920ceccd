import { expect } from 'chai';
import fc from 'fast-check';
import { auth0Authorizer, type RouteRules, type RoutesOptions } from '../../../lib/index.ts';
import { OpenApiError, routesFromOpenApi } from '../../../lib/openapi.ts';
import { createTestIssuer, decide, httpApi2Event } from '../../../lib/testing.ts';
import { damagedDocuments, names } from '../../openapi/support/documents.ts';
import { middy } from '../../support/middy.ts';
import { ROUTING_MODELS } from '../../support/routing-models.ts';
import type { FuzzTarget } from '../target.ts';

interface Input {
  readonly document: object;
  /** Scopes of the caller. */
  readonly held: readonly string[];
}

const METHODS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'x-amazon-apigateway-any-method',
];

const issuer = createTestIssuer();

/** The member itself, and not one of the prototype. */
function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** An operation, and what its document demands, read apart from the library. */
interface Operation {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** The list of security requirements that counts. */
  readonly security: unknown;
  readonly permissions: unknown;
}

function operationsOf(document: object): readonly Operation[] {
  return Object.entries(own(document, 'paths') ?? {}).flatMap(([path, item]) =>
    METHODS.filter((name) => own(item, name) !== undefined).map((name) => {
      const operation = own(item, name);
      const method = name.startsWith('x-') ? 'ANY' : name.toUpperCase();
      return {
        key: own(operation, 'isDefaultRoute') === true ? '$default' : `${method} ${path}`,
        method: method === 'ANY' ? 'PATCH' : method,
        path: path.replace(/\{[^}]*\+\}/g, 'p/q/r/s/t/u').replace(/\{[^}]*\}/g, 'v'),
        security: own(operation, 'security') ?? own(document, 'security'),
        permissions: own(operation, 'x-auth0-permissions'),
      };
    }),
  );
}

/** Whether a caller with a good token and these scopes may call the operation. */
function mayCall(document: object, security: readonly unknown[], held: readonly string[]): boolean {
  const schemes = own(own(document, 'components'), 'securitySchemes');
  return security.some((requirement) =>
    Object.entries(requirement as object).every(
      ([scheme, scopes]) =>
        own(schemes, scheme) !== undefined &&
        (scopes as unknown[]).every((one) => held.includes(one as string)),
    ),
  );
}

/** What a rule says of these scopes. */
function passes({ scopes = [] }: RouteRules, held: readonly string[]): boolean {
  const { all = [], any } = (Array.isArray(scopes) ? { all: scopes } : scopes) as {
    readonly all?: readonly string[];
    readonly any?: readonly string[];
  };
  return all.every((one) => held.includes(one)) && (any?.some((one) => held.includes(one)) ?? true);
}

const ROUTING = ROUTING_MODELS.filter(({ api }) => api === 'HTTP');

async function check({ document, held }: Input): Promise<void> {
  let routes: RoutesOptions;
  try {
    routes = routesFromOpenApi(document, { basePath: '' });
  } catch (error) {
    expect(error).to.be.instanceOf(OpenApiError);
    return;
  }
  const handler = middy().use(auth0Authorizer({ ...issuer.options, logger: false, routes }));
  const outcomeOf = async ({ key, method, path }: Operation, token?: string) =>
    (await decide(handler, httpApi2Event({ token, method, path, routeKey: key }))).outcome;
  const operations = operationsOf(document);
  const keys = operations.map(({ key }) => key);
  for (const operation of operations) {
    const { key, method, path, security, permissions } = operation;
    expect(security, `security of ${key}`).to.be.an('array');
    const list = security as readonly unknown[];
    if (list.length === 0) {
      expect(routes).not.to.have.own.property(key);
      continue;
    }
    const isOptional = list.some((requirement) => Object.keys(requirement as object).length === 0);
    const rules = routes[key];
    expect(rules?.token, key).to.equal(isOptional ? 'optional' : undefined);
    expect(rules?.permissions, key).to.deep.equal(permissions);
    if (isOptional) continue;
    const expected = mayCall(document, list, held);
    expect(passes(rules as RouteRules, held), `scopes of ${key}`).to.equal(expected);
    // A more specific route takes this path: API Gateway never names this one for it.
    if (ROUTING.some(({ routeOf }) => routeOf(keys, method, path) !== key)) continue;
    expect(await outcomeOf(operation), `${key} without a token`).to.equal('deny');
    const token = issuer.token({ scope: held.join(' '), permissions: [] });
    if (!expected) expect(await outcomeOf(operation, token), key).to.equal('deny');
  }
}

export const openapi: FuzzTarget<Input> = {
  name: 'openapi',
  claim:
    'derives routes that let in whom the security of a document lets in, and nobody else, or refuses the document',
  home: 'test/openapi/routes-from-openapi.test.ts',
  inputs: fc.record({ document: damagedDocuments, held: names(0) }),
  ciRuns: 1500,
  check,
};
