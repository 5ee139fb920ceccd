import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** The command was misused: the message says how, and the usage is printed below it. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}

/** The options of every command. */
const COMMON = { json: { type: 'boolean', default: false } } as const;

/** The beginning of a JWT: the JSON of its header in base64url, `{"alg":"..."}` at least, and of its claims, `{}` at least. */
const JWT = /eyJ[\w-]{10,}\.[\w-]{3,}/;

/**
 * The options and positional arguments of a command; `--json` is one of them, and `--no-name` switches the option `name`
 * off.
 *
 * @param options - as `parseArgs` of `node:util` takes them
 * @throws {Misuse} for an unknown option, or one without its value
 * @example
 * const { values, positionals } = argumentsOf(args, { gateway: { type: 'string' } });
 */
export function argumentsOf<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      allowNegative: true,
      options: { ...COMMON, ...options },
    });
  } catch (error) {
    const [reason = ''] = (error as Error).message.split(/\.\s|\n/);
    throw new Misuse(reason);
  }
}

/**
 * The positional arguments, one for each name.
 *
 * @throws {Misuse} if there are more or fewer
 * @example
 * const [file] = exactly(positionals, ['module']);
 */
export function exactly<const Names extends readonly string[]>(
  positionals: readonly string[],
  names: Names,
): { readonly [index in keyof Names]: string } {
  const missing = names[positionals.length];
  if (missing !== undefined) throw new Misuse(`<${missing}> is missing`);
  if (positionals.length > names.length) throw new Misuse('too many arguments');
  return positionals as unknown as { readonly [index in keyof Names]: string };
}

/**
 * Refuses a token among the arguments, which end up in the history of the shell and in lists of processes.
 *
 * @throws {Misuse} without the token
 */
export function refuseTokens(args: readonly string[]): void {
  if (!args.some((argument) => JWT.test(argument))) return;
  throw new Misuse('an argument contains a token: a token comes from a file, or from standard input by `-`');
}
