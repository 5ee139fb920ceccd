import { createRequire } from 'node:module';
import path from 'node:path';
import { installLocked } from '../locked/locked.ts';

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
  await installLocked('example-tools', folder);
  const load = createRequire(path.join(folder, 'package.json'));
  return {
    validator: load('@aws/cloudformation-validate'),
    specification: load('@aws-cdk/aws-service-spec'),
    hcl: load('@cdktn/hcl2json'),
    hclFormat: load('@cdktn/hcl-tools'),
  };
}
