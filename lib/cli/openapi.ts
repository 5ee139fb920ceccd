import { writeFile } from 'node:fs/promises';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { OptionError } from '../decision/errors.ts';
import { OPENAPI_GATEWAYS } from '../openapi/authorizer-scheme.ts';
import { isBasePath } from '../openapi/base-path.ts';
import { isJson, readDocument } from '../openapi/document.ts';
import { editedJson, editedText } from '../openapi/edits.ts';
import { newDocument } from '../openapi/new-document.ts';
import { rulesOfApi } from '../openapi/route-security.ts';
import { type WriteTerms, writeOpenApi } from '../openapi/write-openapi.ts';
import { issuerOfDomain } from '../token/issuer-options.ts';
import { defined } from '../util/defined.ts';
import { oneOf, refuse } from '../util/option-checks.ts';
import { argumentsOf, exactly, Misuse } from './arguments.ts';
import type { Command } from './command.ts';
import { readInput } from './input.ts';
import { writeProblems } from './openapi/problems.ts';
import { loadOptions, MODULE_HELP } from './options-module.ts';
import { printable } from './output.ts';

const OPTIONS = {
  into: { type: 'string' },
  write: { type: 'boolean', default: false },
  gateway: { type: 'string', default: 'rest-request' },
  function: { type: 'string', default: 'AuthorizerFunction' },
  domain: { type: 'string' },
  api: { type: 'string' },
  'base-path': { type: 'string' },
  export: { type: 'string' },
} as const;

/** Writes what the options say into an OpenAPI document. */
export const openapi: Command = {
  parameters: '<module> [--into <document>] [--write] [--gateway <kind>] [--function <name>] [--json]',
  summary: 'Writes options into an OpenAPI document, with the authorizer of API Gateway',
  help: `Writes what the options say into an OpenAPI document: \`security\` and \`x-auth0-permissions\` of
each operation, the security schemes, and \`x-amazon-apigateway-authorizer\` with the identity
sources and the TTL that are right for the options:

  npx middy-auth0-authorizer openapi options.ts --into openapi.yaml > deployed.yaml

Operations and routes must be the same, except for operations with \`security: []\`. Each difference
is named by its JSON pointer, and then nothing is written.

${MODULE_HELP}  --into <document>   OpenAPI 3.0 or 3.1, JSON or YAML; - for standard input
                    (default: a new document, without integrations)
  --write             change the document of --into in its place
  --gateway <kind>    ${OPENAPI_GATEWAYS.join(', ')} (default: rest-request)
  --function <name>   the function of the authorizer: an ARN, or its logical ID in a template
                      (default: AuthorizerFunction)
  --domain <domain>   the Auth0 domain (default: that of the options, or AUTH0_DOMAIN)
  --api <key>         the API, if the options have several: a key of \`apis\`
  --base-path <path>  the base path of all routes (default: that of the servers)
  --json              print JSON, also for a document in YAML
`,
  async run(args, out, err, input) {
    const { values, positionals } = argumentsOf(args, OPTIONS);
    const [file] = exactly(positionals, ['module']);
    const { into, write } = values;
    if (write && (into === undefined || into === '-')) throw new Misuse('--write needs a file in --into');
    const options = await loadOptions(file, values.export);
    const terms = termsOf(options, values);
    const text =
      into === undefined
        ? JSON.stringify(newDocument(rulesOfApi(options, values.api).routes))
        : await readInput('--into', into, input);
    const document = readDocument(text);
    const { edits, problems, unstated } = writeOpenApi(document, terms);
    writeProblems(problems, err);
    if (problems.length > 0) return 1;
    if (unstated.length > 0) {
      err.write(`the document does not state the rules ${unstated.join(', ')}: the authorizer judges them\n`);
    }
    const edited = values.json ? editedJson(document, edits) : editedText(text, document, edits);
    if (write) await writeFile(into as string, edited);
    else out.write(isJson(edited) || printable(edited) === edited ? edited : editedJson(document, edits));
    return 0;
  },
};

type Values = ReturnType<typeof argumentsOf<typeof OPTIONS>>['values'];

function termsOf(options: AuthorizerOptions, values: Values): WriteTerms {
  const { gateway, api, domain } = values;
  return {
    options,
    ...defined({ api }),
    gateway: oneOf(gateway, '--gateway', OPENAPI_GATEWAYS),
    function: values.function,
    issuer: issuerFor(options, domain),
    basePath: values['base-path'] === undefined ? null : checkedBasePath(values['base-path']),
  };
}

/** @throws {OptionError} */
function checkedBasePath(value: string): string {
  return isBasePath(value) ? value : refuse('--base-path', "must be a path such as '/v1', or '' for none");
}

/** @throws {OptionError} if the domain is not known */
function issuerFor({ domain: declared, issuer }: AuthorizerOptions, domain: string | undefined): string {
  const [first] = [domain ?? declared ?? issuer ?? process.env['AUTH0_DOMAIN']?.split(',')].flat();
  if (first === undefined) {
    throw new OptionError(
      '--domain',
      'is missing: the options have no `domain`, and AUTH0_DOMAIN is not set',
    );
  }
  const name = typeof first === 'string' ? first : 'domain' in first ? first.domain : first.issuer;
  return name.includes('://') ? name : issuerOfDomain(name.trim(), '--domain');
}
