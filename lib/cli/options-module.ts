import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { OptionError } from '../decision/errors.ts';
import { isObject } from '../util/is-object.ts';
import { kindOf } from '../util/kind-of.ts';

/** What a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

/** What the help of each command says about the module and `--export`. */
export const MODULE_HELP = `  <module>          an ES module, in JavaScript or TypeScript, that exports the options of auth0Authorizer
  --export <name>   the export with the options (default: options, else default)
`;

/**
 * The options of auth0Authorizer that a module exports. They are not checked yet: `auth0Authorizer` does that.
 *
 * @param file - an ES module; TypeScript if Node.js can strip its types. What it does when it is imported is its own
 * @param exportName - default: `options`, else `default`
 * @throws {OptionError} `module` or `--export`: the file does not exist, cannot be imported, or has no such export
 * @example
 * const options = await loadOptions('authorizer/options.ts', values.export);
 */
export async function loadOptions(file: string, exportName?: string): Promise<AuthorizerOptions> {
  return optionsIn(await importModule(file, 'module'), exportName);
}

/**
 * The options among the exports of a module.
 *
 * @throws {OptionError} if there are none
 */
export function optionsIn(exports: Exports, exportName?: string): AuthorizerOptions {
  const name = exportName ?? (exports['options'] === undefined ? 'default' : 'options');
  const value = exports[name];
  if (value === undefined) throw missingExport(exports, exportName);
  if (isObject(value) && !Array.isArray(value)) return value as AuthorizerOptions;
  throw new OptionError(
    exportName === undefined ? 'module' : '--export',
    `\`${name}\` is ${kindOf(value)}: export the options of auth0Authorizer, an object, beside the handler`,
  );
}

function missingExport(exports: Exports, name: string | undefined): OptionError {
  const names = Object.keys(exports).map((one) => `\`${one}\``);
  const exported = names.length === 0 ? 'it exports nothing' : `it exports ${names.join(', ')}`;
  return name === undefined
    ? new OptionError(
        'module',
        `exports no \`options\`: export those of auth0Authorizer by that name, or name another export by --export (${exported})`,
      )
    : new OptionError('--export', `the module has no export \`${name}\`: ${exported}`);
}

/**
 * Imports a module of the user.
 *
 * @param option - the argument that names the file, for the error
 * @param load - imports a file; by default as Node.js does, once
 * @throws {OptionError} says why it cannot be imported, and what to do
 */
export async function importModule(
  file: string,
  option: string,
  load: (file: string) => Promise<Exports> = (full) => import(pathToFileURL(full).href),
): Promise<Exports> {
  const full = path.resolve(file);
  const found = fs.statSync(full, { throwIfNoEntry: false });
  if (found === undefined) throw new OptionError(option, `cannot be loaded: ${full} does not exist`);
  if (!found.isFile()) throw new OptionError(option, `cannot be loaded: ${full} is not a file`);
  try {
    return await load(full);
  } catch (error) {
    throw new OptionError(option, `cannot be loaded: ${reasonOf(error)}`);
  }
}

/** Why Node.js did not import the module, with what to do where Node.js does not say it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it throws a value that is not an error';
  const { message, code, url } = error as Error & { readonly code?: string; readonly url?: string };
  const reason = `${message}${placeOf(error)}`;
  switch (code) {
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return `${reason}. ${unknownExtension(message)}`;
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return `${reason}. Node.js strips types and compiles nothing: write it without this syntax, or name the compiled module`;
    case 'ERR_MODULE_NOT_FOUND':
      return `${reason}${misspeltImport(url)}`;
    default:
      return reason;
  }
}

function unknownExtension(message: string): string {
  if (!/"\.[cm]?ts"/.test(message)) return 'Name a module in JavaScript or TypeScript (.js, .mjs, .ts, .mts)';
  return `Node.js ${process.versions.node} does not strip types as it was started: use 22.18 or later, or name the compiled module`;
}

/** TypeScript allows imports of `./a.js` or `./a` for `./a.ts`; Node.js takes a file's own name only. */
function misspeltImport(url: string | undefined): string {
  if (url === undefined) return '';
  const wanted = fileURLToPath(url);
  const source = [`${wanted}.ts`, wanted.replace(/js$/, 'ts')].find((one) => fs.existsSync(one));
  if (source === undefined) return '';
  return `. There is ${path.basename(source)}: import it by this name (\`allowImportingTsExtensions\` in tsconfig.json), or name the compiled module`;
}

/** File and line of a syntax error, which Node.js writes before the stack. */
function placeOf({ stack = '' }: Error): string {
  const place = /^(?:file:\/\/)?(\/.+:\d+)\n/.exec(stack)?.[1];
  return place === undefined ? '' : ` (${place})`;
}
