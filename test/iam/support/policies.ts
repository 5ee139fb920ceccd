import fc from 'fast-check';
import { createPolicyCompiler } from '../../../lib/policy-compiler/compiler.ts';
import { arnOf, PREFIX } from '../../policy-compiler/support/arns.ts';
import { cases, parse, type Shape } from '../../policy-compiler/support/tables.ts';
import { damaged, smallDamages } from '../../support/damage.ts';
import type { Asked } from './second-evaluator.ts';

const PIECES = [
  'a',
  'b',
  '/',
  ':',
  '*',
  '*',
  '?',
  '.',
  '+',
  '\\',
  '[',
  '(',
  '%2F',
  '${*}',
  '${?}',
  '${$}',
  '$',
  '\n',
  'é',
];
const globs = fc
  .oneof(
    { weight: 12, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom(...PIECES, '${', '${aws:SourceIp}', '${a, *}'), { maxLength: 4 }),
    },
  )
  .map((parts) => parts.join(''));
const lists = <Item>(item: fc.Arbitrary<Item>) => fc.oneof(item, fc.array(item, { maxLength: 3 }));

const ACTIONS = [
  'execute-api:Invoke',
  'EXECUTE-API:invoke',
  'execute-api:*',
  '*',
  's3:Get?bject',
  'execute-api',
];
const BLOCKS = [
  '10.0.0.0/8', '10.1.2.3', '192.0.2.0/31', '0.0.0.0/0', '10.0.0.0/1e1', '10.0.0.0/ 8', '10.0.0.0/33', 'x', '2001:db8::/32',
  '::1', '::/0', '10.0.0.0/8/8', '10.0.0.0/0x8', '10.0.0.0/08', '2001:db8::/129', '1.2.3', '10.0.0.0/-1', '10.0.0.0/8.0',
]; // biome-ignore format: a table
const DATES = [
  '2030-01-01T12:00:00Z',
  '2030-01-01',
  '1893499200',
  'soon',
  '1',
  '2030-13-01',
  '',
  '2030-01-01T12:00:00+02:00',
];

const conditions = fc.dictionary(
  fc.constantFrom(
    'IpAddress',
    'NotIpAddress',
    'DateLessThan',
    'DateGreaterThanEquals',
    'StringEquals',
    'toString',
  ),
  fc.dictionary(
    fc.constantFrom('aws:SourceIp', 'AWS:sourceip', 'aws:CurrentTime', 'aws:EpochTime', 'aws:x'),
    lists(fc.constantFrom(...BLOCKS, ...DATES)),
    { minKeys: 1, maxKeys: 2 },
  ),
  { maxKeys: 2 },
);

const statements = fc
  .tuple(
    fc.constantFrom('Allow', 'Allow', 'Deny'),
    fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
    lists(fc.constantFrom(...ACTIONS)),
    fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
    lists(globs),
    fc.option(conditions, { freq: 3 }),
  )
  .map(([Effect, actions, ofActions, resources, ofResources, Condition]) => ({
    Effect,
    [actions]: ofActions,
    [resources]: ofResources,
    ...(Condition === null ? {} : { Condition }),
  }));

const handWritten = fc.record(
  {
    Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17', '2020-01-01'),
    Statement: lists(statements),
  },
  { requiredKeys: ['Statement'] },
);

const SHAPE: Shape = {
  maxRoutes: 6,
  maxDepth: 3,
  literals: ['a', 'b', 'a.b', '$x'],
  methods: ['GET', 'POST', 'ANY'],
};

/** Documents as the policy compiler writes them. */
const compiled = cases(SHAPE).map(({ keys, granted, undeclared }) => {
  const compiler = createPolicyCompiler({ routes: parse(keys), undeclared: 'rules', maxBytes: 100_000 });
  const policy = compiler.compile({ routes: granted, undeclared }, arnOf('GET/'), {
    routing: 'http',
    asked: [],
  });
  return policy.kind === 'none' ? { Version: '2012-10-17', Statement: [] } : policy.document;
});

const documents: fc.Arbitrary<unknown> = fc
  .tuple(fc.oneof(handWritten, compiled), fc.oneof(fc.constant([]), fc.array(smallDamages, { maxLength: 2 })))
  .map(([document, list]) => JSON.parse(JSON.stringify(damaged<object>(document, list))) as unknown);

const texts = fc.array(
  fc.constantFrom('a', 'b', '/', ':', '*', '?', '$', '.', '+', '\\', '[', '%2F', '\n', '{*}', 'é'),
  {
    maxLength: 7,
  },
);
const paths = fc.array(fc.constantFrom('a', 'b', 'a.b', 'zz', '$x', ''), { maxLength: 4 });

const requests: fc.Arbitrary<Asked> = fc.record(
  {
    resource: fc.oneof(
      texts.map((parts) => parts.join('')),
      fc
        .tuple(fc.constantFrom('GET', 'POST', 'PUT'), paths)
        .map(([verb, segments]) => `${PREFIX}${verb}/${segments.join('/')}`),
    ),
    action: fc.constantFrom('execute-api:Invoke', 'execute-api:Invoke', 's3:GetObject'),
    sourceIp: fc.constantFrom('10.1.2.3', '192.0.2.1', '11.0.0.1', '2001:db8::5', '::1', '::ffff:10.1.2.3'),
    now: fc.constantFrom(0, 1_893_499_200, 1_893_455_999, 4_000_000_000),
  },
  { requiredKeys: ['resource', 'action', 'now'] },
);

/** Policies that a compiler writes, that people write, and damaged ones, each with requests. */
export const evaluations = fc.record({
  document: documents,
  requests: fc.array(requests, { minLength: 1, maxLength: 6 }),
});
