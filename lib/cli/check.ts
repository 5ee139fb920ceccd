import { check as checkAll, type GivenDocument } from '../checking/check.ts';
import { readDocuments } from '../checking/documents/read-document.ts';
import { FINDINGS } from '../checking/finding.ts';
import type { DocumentFormat } from '../checking/readers/format.ts';
import { reportOf } from '../checking/report.ts';
import { OptionError } from '../decision/errors.ts';
import { argumentsOf, exactly } from './arguments.ts';
import { printReport } from './check/print.ts';
import type { Command } from './command.ts';
import { loadOptions, MODULE_HELP } from './options-module.ts';

const OPTIONS = {
  template: { type: 'string', multiple: true },
  openapi: { type: 'string', multiple: true },
  'terraform-plan': { type: 'string', multiple: true },
  export: { type: 'string' },
  api: { type: 'string' },
  resource: { type: 'string' },
  authorizer: { type: 'string' },
  open: { type: 'string', multiple: true },
  parameter: { type: 'string', multiple: true },
  strict: { type: 'boolean', default: false },
} as const;

/** Checks options, and compares them with what is deployed. */
export const check: Command = {
  parameters: '<module> [--template <file>] [--openapi <file>] [--terraform-plan <file>]',
  summary: 'Checks your options, and the template that deploys your API',
  help: `Checks options as the authorizer does when it starts, says how each gateway may cache its
answers, and compares them with the document that deploys the API:

  npx middy-auth0-authorizer check options.ts --template template.yaml
  npx middy-auth0-authorizer check options.ts --template cdk.out
  npx middy-auth0-authorizer check options.ts --terraform-plan plan.json --json

${MODULE_HELP}  --template <file>        a template of CloudFormation or SAM, serverless.yml, or the folder
                           that \`cdk synth\` wrote
  --openapi <file>         an OpenAPI document, such as an API exported from API Gateway
  --terraform-plan <file>  \`terraform show -json <plan>\`
  --parameter <name=value> a parameter of the template; once for each
  --resource <name>        the API in the document (default: all with a Lambda authorizer)
  --authorizer <name>      its Lambda authorizer that has these options (default: all)
  --api <key>              with the option \`apis\`: the key of the API in the document
  --open <route>           a route that is open on purpose, 'GET /health'; once for each
  --strict                 exit with 1 for warnings too

Exit codes: 0 no errors, 1 errors, 2 wrong arguments, or a file cannot be read. YAML needs the
package yaml. What the document leaves to the deployment is a warning, \`undecided\`.

Findings:

${Object.entries(FINDINGS)
  .map(([code, meaning]) => `  ${code.padEnd(20)} ${meaning}\n`)
  .join('')}`,
  async run(args, out) {
    const { values, positionals } = argumentsOf(args, OPTIONS);
    const [file] = exactly(positionals, ['module']);
    const options = await loadOptions(file, values.export);
    const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
    const result = checkAll({
      file,
      options,
      environment: { AUTH0_DOMAIN, AUTH0_AUDIENCE },
      documents: await documentsOf(values),
      api: values.api,
      resource: values.resource,
      parameters: new Map((values.parameter ?? []).map(parameter)),
      assumptions: { authorizer: values.authorizer ?? null, open: new Set(values.open ?? []) },
    });
    const report = reportOf(result);
    if (values.json) out.write(`${JSON.stringify(report, null, 2)}\n`);
    else printReport(report, out);
    return report.errors > 0 || (values.strict && report.warnings > 0) ? 1 : 0;
  },
};

type Files = {
  readonly [option in 'template' | 'openapi' | 'terraform-plan']?: readonly string[] | undefined;
};

async function documentsOf(files: Files): Promise<readonly GivenDocument[]> {
  const names = ['template', 'openapi', 'terraform-plan'] as const;
  const given = await Promise.all(
    names.flatMap((name) =>
      (files[name] ?? []).map(async (file) => {
        const option: DocumentFormat['option'] = `--${name}`;
        return (await readDocuments(file)).map((document) => ({ document, option }));
      }),
    ),
  );
  return given.flat();
}

/** @throws {OptionError} for text without a name */
function parameter(text: string): readonly [name: string, value: string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new OptionError('--parameter', 'must be a name and a value: --parameter Ttl=300');
  }
  return [name, value];
}
