import fc from 'fast-check';
import { type Damage, damaged, smallDamages } from '../../support/damage.ts';

const name = fc.constantFrom<string[]>('read:orders', 'write:orders', 'admin', "it's", 'a', 'b', 'c');
/** Scopes and permissions. */
export const names = (minLength: number) => fc.uniqueArray(name, { minLength, maxLength: 4 });

const segment = fc.constantFrom('orders', 'v1', '{id}', '{name}', "it's", '~a', '__proto__', 'x,y');
/** Paths of documents. */
export const paths = fc
  .tuple(fc.uniqueArray(segment, { maxLength: 4 }), fc.constantFrom('', '', '/', '/{proxy+}'))
  .map(([segments, end]) => segments.map((one) => `/${one}`).join('') + end || '/');

const requirement = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.dictionary(fc.constantFrom('login', 'oidc', 'bearer'), names(0), { minKeys: 1 }),
  },
  { weight: 1, arbitrary: fc.constant({}) },
);
const security = fc.array(requirement, { maxLength: 3 });
const operation = fc.record({ security }, { requiredKeys: [] });
const item = fc.dictionary(fc.constantFrom('get', 'put', 'x-amazon-apigateway-any-method'), operation, {
  maxKeys: 3,
});
/** Documents as their authors might write them. */
export const documents = fc.record({
  openapi: fc.constantFrom('3.0.3', '3.1.0'),
  servers: fc.constantFrom([], [{ url: 'https://api.example.com/v1' }]),
  security,
  components: fc.constant({
    securitySchemes: {
      login: { type: 'oauth2', flows: {} },
      oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://x/' },
      bearer: { type: 'http', scheme: 'bearer' },
    },
  }),
  paths: fc.dictionary(paths, item, { maxKeys: 5 }),
});

/** A reference in place of any member. */
const references: fc.Arbitrary<Damage> = fc.record({
  at: fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
  change: fc
    .constantFrom('#/paths', '#/', '#/components/securitySchemes/login', '#/paths/~1orders')
    .map(($ref) => ({ kind: 'replace' as const, value: { $ref } })),
});

/** The same with up to three members removed, replaced or added, as a parser of JSON gives them. */
export const damagedDocuments: fc.Arbitrary<object> = fc
  .tuple(documents, fc.array(fc.oneof({ weight: 4, arbitrary: smallDamages }, references), { maxLength: 3 }))
  .map(([source, list]) => JSON.parse(JSON.stringify(damaged<object>(source, list))) as unknown)
  .filter((value): value is object => typeof value === 'object' && value !== null);
