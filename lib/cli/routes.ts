import path from 'node:path';
import { optionsModule } from '../openapi/options-module.ts';
import { ownMember } from '../openapi/pointer.ts';
import { type OpenApiReading, readOpenApi } from '../openapi/read-openapi.ts';
import { openRoutesOf, routesOf } from '../openapi/routes-from-openapi.ts';
import { defined } from '../util/defined.ts';
import { argumentsOf, exactly } from './arguments.ts';
import type { Command } from './command.ts';
import { readInput } from './input.ts';
import { writeProblems } from './openapi/problems.ts';

/** Writes the options that an OpenAPI document states. */
export const routes: Command = {
  parameters: '<openapi> [--base-path <path>] [--scheme <name>]... [--json]',
  summary: 'Writes a module of options from an OpenAPI document',
  help: `Writes a TypeScript module of options from an OpenAPI document, 3.0 or 3.1, in JSON or YAML:

  npx middy-auth0-authorizer routes openapi.yaml > options.ts

The scopes come from \`security\`, permissions from \`x-auth0-permissions\`. If the document contains
what no option expresses, nothing is written; each such construct is named by its JSON pointer.

  <openapi>           a file, or - for standard input. YAML needs the package yaml
  --base-path <path>  the base path of all routes, '' for none (default: that of the servers)
  --scheme <name>     a security scheme that means a token of Auth0 (default: each oauth2,
                      openIdConnect and http bearer)
  --json              print { routes, open, problems }: with the routes that can be expressed
`,
  async run(args, out, err, input) {
    const { values, positionals } = argumentsOf(args, {
      'base-path': { type: 'string' },
      scheme: { type: 'string', multiple: true },
    });
    const [file] = exactly(positionals, ['openapi']);
    const text = await readInput('openapi', file, input);
    const reading = readOpenApi(text, defined({ basePath: values['base-path'], schemes: values.scheme }));
    const { problems } = reading;
    const found = { routes: routesOf(reading), open: openRoutesOf(reading) };
    if (values.json) out.write(`${JSON.stringify({ ...found, problems }, null, 2)}\n`);
    else if (problems.length > 0) writeProblems(problems, err);
    else out.write(optionsModule({ source: sourceOf(file, reading), ...found }));
    return problems.length === 0 ? 0 : 1;
  },
};

/** `openapi.yaml ("Orders" 1.2.0)`; without what the document does not say. */
function sourceOf(file: string, { document }: OpenApiReading): string {
  const info = ownMember(document, 'info');
  const version = ownMember(info, 'version');
  const said = [JSON.stringify(ownMember(info, 'title')), version].filter((one) => one !== undefined);
  const name = file === '-' ? 'an OpenAPI document' : path.basename(file);
  return said.length === 0 ? name : `${name} (${said.join(' ')})`;
}
