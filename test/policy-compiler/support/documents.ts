import type { Routing } from '../../../lib/gateways/routing.ts';
import type { ExecuteApiArn } from '../../../lib/iam/arn.ts';
import { evaluatePolicy } from '../../../lib/iam/evaluate.ts';
import type { PolicyDocument } from '../../../lib/iam/policy-document.ts';
import {
  createPolicyCompiler,
  type GrantedRoutes,
  type PolicyCompiler,
  type PolicyCompilerOptions,
} from '../../../lib/policy-compiler/compiler.ts';
import { arnOf, PREFIX } from './arns.ts';
import { parse } from './tables.ts';

export const HTTP: Routing = 'http';

export const ARN = arnOf('GET/');

export interface Setup extends Partial<Omit<PolicyCompilerOptions, 'routes' | 'undeclared'>> {
  readonly undeclared?: boolean;
  readonly mode?: 'deny' | 'absent' | 'rules';
  readonly routing?: Routing;
  readonly asked?: readonly number[];
  readonly arn?: ExecuteApiArn;
}

/** Compiles a table written as `{ key: granted }`. */
export function explain(
  table: Record<string, boolean>,
  { undeclared = true, mode = 'rules', arn = ARN, routing = HTTP, asked = [], ...options }: Setup = {},
) {
  const compiler = createPolicyCompiler({ routes: parse(Object.keys(table)), undeclared: mode, ...options });
  const one = compiler.compile({ routes: Object.values(table), undeclared }, arn, { routing, asked });
  return one.kind === 'none'
    ? { kind: one.kind, document: null, bytes: 0, leftOut: [], reserved: [], obstacle: null }
    : one;
}

export function documentOf(compiler: PolicyCompiler, granted: GrantedRoutes, arn = ARN) {
  return compiler.compile(granted, arn, { routing: HTTP, asked: [] }).document;
}

export function verdicts(document: PolicyDocument | null, tails: readonly string[], prefix = PREFIX) {
  if (document === null) throw new Error('no document');
  return tails.map((tail) => evaluatePolicy(document, { resource: prefix + tail }));
}

export function allowed(document: PolicyDocument | null, tails: readonly string[], prefix = PREFIX) {
  return tails.filter((_, index) => verdicts(document, tails, prefix)[index] === 'allow');
}

/** Resources of one effect, without the guards that stand in every document. */
export function tailsOf(document: PolicyDocument | null, effect: string): string[] {
  const statements = document?.Statement.filter(({ Effect }) => Effect === effect) ?? [];
  const resources = statements.flatMap(({ Resource }) => Resource as string[]);
  return resources.filter((text) => text.startsWith(PREFIX)).map((text) => text.slice(PREFIX.length));
}
