import { expect } from 'chai';
import fc from 'fast-check';
import type { AuthorizerOptions, GatewayKind } from '../../lib/index.ts';
import { identitySources } from '../../lib/index.ts';
import { runs } from '../support/property-runs.ts';
import { codes } from './support/documents.ts';
import { type Spec, type SpecRoute, WRITERS, type Writer } from './support/writers.ts';

/** A good API with one thing broken, and the code of the finding for it. */
interface Mutation {
  readonly title: string;
  readonly code: string;
  /** Default: both kinds. */
  readonly kind?: Spec['kind'];
  change(spec: Spec, at: number): Spec;
}

const withRoute = (spec: Spec, route: SpecRoute): Spec => ({ ...spec, routes: [...spec.routes, route] });

const MUTATIONS: readonly Mutation[] = [
  {
    title: 'a route without the authorizer',
    code: 'missing_authorizer',
    change: (spec, at) => ({
      ...spec,
      routes: spec.routes.map((route, index) =>
        index === at % spec.routes.length ? { ...route, guarded: false } : route,
      ),
    }),
  },
  {
    title: 'a route that is not declared',
    code: 'undeclared_route',
    change: (spec) => withRoute(spec, { key: 'GET /undeclared', guarded: true }),
  },
  {
    title: 'an open route',
    code: 'open_route',
    change: (spec) => withRoute(spec, { key: 'GET /undeclared', guarded: false }),
  },
  {
    title: 'a declared route that is missing',
    code: 'missing_route',
    change: (spec, at) => ({
      ...spec,
      routes: spec.routes.filter((_, index) => index !== at % spec.routes.length),
    }),
  },
  {
    title: 'a preflight with the authorizer',
    code: 'guarded_preflight',
    change: (spec) => withRoute(spec, { key: 'OPTIONS /undeclared', guarded: true }),
  },
  { title: 'a longer TTL', code: 'ttl', change: (spec) => ({ ...spec, ttl: 301 }) },
  {
    title: 'a source of the context that is missing',
    code: 'identity_sources',
    change: (spec) => ({ ...spec, sources: spec.sources.filter((source) => !source.includes('context.')) }),
  },
  {
    title: 'the header of the token that is missing',
    code: 'identity_sources',
    change: (spec) => ({ ...spec, sources: spec.sources.filter((source) => source.includes('context.')) }),
  },
  {
    title: 'a header that is not needed',
    code: 'identity_sources',
    change: (spec) => ({
      ...spec,
      sources: [...spec.sources, `${spec.kind === 'rest' ? 'method.' : '$'}request.header.X-Tenant`],
    }),
  },
  {
    title: 'another payload format',
    code: 'response_format',
    kind: 'http',
    change: (spec) => ({ ...spec, payload: '1.0' }),
  },
  {
    title: 'other responses',
    code: 'response_format',
    kind: 'http',
    change: (spec) => ({ ...spec, simple: !spec.simple }),
  },
];

const segment = fc.constantFrom('orders', 'users', 'a', 'b.c', '{id}');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => {
  // Parameters of one path have different names.
  return `/${segments.map((text, index) => (text === '{id}' ? `{id${index}}` : text)).join('/')}`;
});
/** Each route begins with a literal of its own, so that no route of the API takes the requests of another one. */
const routeKeys = fc
  .array(fc.tuple(fc.constantFrom('GET', 'POST', 'ANY'), path), { minLength: 2, maxLength: 6 })
  .map((routes) => routes.map(([method, rest], index) => `${method} /r${index}${rest}`));

/** Options that need the route, the address and a short TTL, and simple responses on HTTP APIs. */
function optionsFor(keys: readonly string[], kind: Spec['kind']): AuthorizerOptions {
  return {
    routes: Object.fromEntries(keys.map((key, index) => [key, { scopes: [`scope:${index}`] }])),
    undeclared: 'absent',
    httpApiResponse: kind === 'http' ? 'simple' : 'iam',
    handlerDecides: true,
    rules: { ip: { deny: ['203.0.113.0/24'] }, authentication: { maxAge: 300 } },
  };
}

function goodSpec(keys: readonly string[], { kind }: Writer, options: AuthorizerOptions): Spec {
  const gateway: GatewayKind = kind === 'rest' ? 'rest-request' : 'http-api-2.0';
  const advice = identitySources(options, gateway);
  if (!advice.cache) throw new Error(advice.reason);
  return {
    kind,
    routes: keys.map((key) => ({ key, guarded: true })),
    ttl: 300,
    sources: advice.behindCatchAll ?? advice.identitySources,
    payload: '2.0',
    simple: kind === 'http',
  };
}

describe('check of an API with one thing broken', () => {
  for (const [name, writer] of Object.entries<Writer>(WRITERS)) {
    it(`${name}: reports nothing before, and that thing after`, () => {
      const mutations = MUTATIONS.filter(({ kind }) => kind === undefined || kind === writer.kind);
      fc.assert(
        fc.property(routeKeys, fc.constantFrom(...mutations), fc.nat(), (keys, mutation, at) => {
          const options = optionsFor(keys, writer.kind);
          const good = goodSpec(keys, writer, options);
          const given = { option: writer.option };
          expect(codes(writer.write(good), options, given), 'the good one').to.deep.equal([]);
          const broken = codes(writer.write(mutation.change(good, at)), options, given);
          expect(broken, mutation.title).to.include(mutation.code);
        }),
        { numRuns: runs(12, 60) },
      );
    });
  }
});
