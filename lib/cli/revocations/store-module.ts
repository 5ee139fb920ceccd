import { AuthorizerError, OptionError } from '../../decision/errors.ts';
import { CommandError } from '../command-error.ts';
import { importModule } from '../options-module.ts';

/** What the help of each command says about `--store`. */
export const STORE_HELP = `  --store <module>  an ES module that exports \`store\`, the store of your authorizers, with write access.
                    If it keeps a connection open, it exports a function \`close\` too
`;

/**
 * Calls `use` with the store that a module exports. Afterwards calls `close` of the module, if there is one: an open
 * connection would keep the process running.
 *
 * @throws {OptionError} if the module cannot be loaded or exports no store
 * @throws {CommandError} with the error of the store as its cause
 */
export async function withStore<Result>(
  file: string | undefined,
  use: (store: unknown) => Promise<Result>,
): Promise<Result> {
  if (file === undefined)
    throw new OptionError('--store', 'is missing: name the module that exports `store`');
  const { store, close } = await importModule(file, '--store');
  if (store === undefined) throw new OptionError('--store', 'names a module that exports no `store`');
  return use(store)
    .catch((error: unknown) => {
      throw error instanceof AuthorizerError ? error : new CommandError('the store failed', { cause: error });
    })
    .finally(() => (typeof close === 'function' ? close() : undefined));
}
