import { type ExecuteApiArn, parseExecuteApiArn } from '../../lib/iam/arn.ts';
import { createPolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { callersOf, SCOPE_MODELS } from './callers.ts';
import type { CompileCase, CompileTime } from './compile-times.ts';
import { realTables } from './real-tables.ts';

const { threadCpuUsage } = process as { readonly threadCpuUsage?: typeof process.cpuUsage };

/** Times the first policy in this process, and what comes before it. Prints a `CompileTime` as JSON. */
function timeOf({ table, size, model, caller, undeclared }: CompileCase): CompileTime {
  const keys = realTables()
    .find(({ name }) => name === table)
    ?.keys.slice(0, size);
  const requirementOf = SCOPE_MODELS[model];
  const arn = parseExecuteApiArn('arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/');
  if (keys === undefined || requirementOf === undefined) throw new Error(`no table ${table}, or no ${model}`);
  const routes = keys.map((key) => parseRouteKey(key, table));
  const requirements = keys.map(requirementOf);
  const scopes = callersOf(requirements, caller + 1).at(-1);
  const granted = {
    routes: requirements.map((one) => one === true || scopes?.has(one) === true),
    undeclared: true,
  };
  const start = cpuTime();
  const compiler = createPolicyCompiler({ routes, requirements, undeclared });
  const created = cpuTime();
  compiler.compile(granted, arn as ExecuteApiArn, { routing: 'rest', asked: [] });
  return { startUp: created - start, firstPolicy: cpuTime() - created };
}

/** Milliseconds of the main thread; of the whole process under Node 22, which cannot tell. */
function cpuTime(): number {
  const { user, system } = threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

console.log(JSON.stringify(timeOf(JSON.parse(process.argv[2] as string))));
