import module from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OptionError } from '../../decision/errors.ts';

/** Query of the modules that are loaded anew. */
const MARK = 'middy-auth0-authorizer-dev';

/**
 * Loads a module and the files that it imports anew each time, except those in `node_modules`. Node keeps each module by
 * its URL, so each time gets URLs of its own.
 */
export class FreshModules {
  /** Counts the loads of all instances: they share Node's modules. */
  static #version = 0;
  /** Files of the latest load, also if it failed. */
  #files = new Set<string>();
  readonly #hooks: { deregister(): void };

  /** @throws {OptionError} if this Node.js cannot load a module anew */
  constructor() {
    if (module.registerHooks === undefined) {
      throw new OptionError(
        'Node.js',
        `${process.versions.node} is too old for this command: use 22.15 or later`,
      );
    }
    this.#hooks = module.registerHooks({
      resolve: (specifier, context, next) => {
        const resolved = next(specifier, context);
        const isOfUser = context.parentURL?.includes(MARK) === true;
        return isOfUser ? { ...resolved, url: this.#freshUrl(resolved.url) } : resolved;
      },
    });
  }

  get files(): ReadonlySet<string> {
    return this.#files;
  }

  async load(file: string): Promise<Readonly<Record<string, unknown>>> {
    FreshModules.#version += 1;
    this.#files = new Set();
    return import(this.#freshUrl(pathToFileURL(file).href));
  }

  close(): void {
    this.#hooks.deregister();
  }

  #freshUrl(url: string): string {
    if (!url.startsWith('file:') || url.includes('/node_modules/')) return url;
    this.#files.add(fileURLToPath(url));
    return `${url}?${MARK}=${FreshModules.#version}`;
  }
}
