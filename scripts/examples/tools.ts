import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { run } from './run.ts';

/** What only this script needs. Each is pinned, and installed beside the examples. */
const TOOLS = {
  // AWS's own validator with the schemas of all resource types, as WebAssembly.
  '@aws/cloudformation-validate': '1.9.0-beta',
  // The resource types of SAM, which the validator does not look into.
  '@aws-cdk/aws-service-spec': '0.1.216',
  // HashiCorp's parser and formatter of HCL, as WebAssembly.
  '@cdktn/hcl2json': '0.24.0',
  '@cdktn/hcl-tools': '0.24.0',
};

export interface Tools {
  readonly validator: {
    readonly CelEngine: new () => {
      validateStandard(file: unknown): { readonly diagnostics: readonly Diagnostic[] };
    };
    readonly TemplateFile: new (file: string) => unknown;
  };
  readonly specification: { loadAwsServiceSpecSync(): any };
  readonly hcl: { parse(name: string, text: string): Promise<any> };
  readonly hclFormat: { format(text: string): Promise<string> };
}

interface Diagnostic {
  readonly severity: 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
  readonly ruleId: string;
  readonly message: string;
  readonly entity?: { readonly logicalId: string };
  readonly propertyPath?: string;
}

/** Installs the tools into a folder and loads them. */
export async function loadTools(scratch: string): Promise<Tools> {
  const folder = path.join(scratch, 'tools');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: TOOLS }));
  await run(folder, 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund']);
  const load = createRequire(path.join(folder, 'package.json'));
  return {
    validator: load('@aws/cloudformation-validate'),
    specification: load('@aws-cdk/aws-service-spec'),
    hcl: load('@cdktn/hcl2json'),
    hclFormat: load('@cdktn/hcl-tools'),
  };
}
