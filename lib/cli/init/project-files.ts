import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A file of a project. */
export interface ProjectFile {
  readonly name: string;
  readonly text: string;
}

/** Whose tokens the authorizer of a project takes. */
export interface Trust {
  readonly domain: string;
  readonly audience: string;
}

/** Sources of an example. README.md is about a clone; what a build leaves behind has other names. */
const SOURCE = /^(?!package-lock\.json$).*\.(?:ts|json|ya?ml|tf|graphql)$/;

/**
 * The parts of an example that read or set the environment variables `AUTH0_DOMAIN` and `AUTH0_AUDIENCE`. They are left out of
 * a project, which has both values in its options.
 */
const ENVIRONMENT: readonly RegExp[] = [
  // The CDK.
  /^const \{ AUTH0_DOMAIN, AUTH0_AUDIENCE \} = process\.env;\nif \(!AUTH0_DOMAIN .*\n\n/m,
  /^ +function: \{ environment: \{ AUTH0_DOMAIN, AUTH0_AUDIENCE \} \},\n/m,
  /, \{ AUTH0_DOMAIN, AUTH0_AUDIENCE \}(?=\))/,
  // SAM.
  /^Parameters:\n +Auth0Domain: .*\n +Auth0Audience: .*\n+/m,
  /^ +Environment:\n +Variables:\n +AUTH0_DOMAIN: .*\n +AUTH0_AUDIENCE: .*\n/m,
  // The Serverless Framework.
  /^ +environment:\n +AUTH0_DOMAIN: .*\n +AUTH0_AUDIENCE: .*\n/m,
  // Terraform.
  /^variable "auth0_domain" \{\n.*\n\}\n\nvariable "auth0_audience" \{\n.*\n\}\n\n/m,
  /^ +environment \{\n +variables = \{\n +AUTH0_DOMAIN .*\n +AUTH0_AUDIENCE .*\n +\}\n +\}\n/m,
];

/**
 * The list of files that Git ignores. npm leaves such files out of packages, so that no example has one.
 *
 * @param built - what the tools of the project write
 */
export function gitIgnore(built: readonly string[]): ProjectFile {
  const lines = ['node_modules/', ...built, '.env'];
  return { name: '.gitignore', text: lines.map((line) => `${line}\n`).join('') };
}

/**
 * The files of a project: those of its example, with the domain and the audience in the options.
 *
 * @param folder - of the example
 */
export function projectFiles(folder: string, trust: Trust): readonly ProjectFile[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map(({ name }) => name)
    .sort();
  return names.map((name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    return { name, text: name === 'options.ts' ? withTrust(text, trust) : withoutEnvironment(text) };
  });
}

function withoutEnvironment(text: string): string {
  return ENVIRONMENT.reduce((rest, pattern) => rest.replace(pattern, ''), text);
}

function withTrust(text: string, { domain, audience }: Trust): string {
  const members = `  domain: ${literal(domain)},\n  audience: ${literal(audience)},\n`;
  return text.replace(/^export const options = \{\n/m, (opening) => opening + members);
}

function literal(value: string): string {
  const text = JSON.stringify(value);
  return /['\\]/.test(text) ? text : `'${text.slice(1, -1)}'`;
}
