import { type Plugin, rolldown } from 'rolldown';

/** The module of lib/ whose dynamic import the build replaces. */
const MODULE = /[\\/]lib[\\/]middlewares[\\/]powertools\.ts$/;

export interface InlinedPowertools {
  readonly plugin: Plugin;
  /** Files of the packages that went into the code. */
  readonly files: readonly string[];
}

/**
 * Puts the Powertools Logger into `loadPowertools`, the function of lib/ that loads it.
 *
 * A dynamic import would make bundlers that split (Vite, webpack, rollup, tsup) write a second file, and a function
 * whose entry file is deployed alone would fail on each request. A static import would load the library for those who
 * use another logger, or none. As the body of a function it is read when the file is loaded, and runs at the first call.
 * It gets Node's own modules from `process.getBuiltinModule`, since an import would load them for everybody.
 */
export async function inlinedPowertools(root: string): Promise<InlinedPowertools> {
  const { code: library, moduleIds } = await bundledLogger(root);
  const code = `export async function loadPowertools() {\n${library}\nreturn powertools;\n}\n`;
  // Generated code has no source in this package.
  const map = { version: 3, mappings: '', names: [], sources: [] };
  const load = { filter: { id: MODULE }, handler: () => ({ code, map, moduleType: 'js' }) };
  return { plugin: { name: 'inlined-powertools', load }, files: moduleIds };
}

/** The library as one statement: `var powertools = (function () { ... })()`. */
async function bundledLogger(root: string) {
  const build = await rolldown({
    input: 'powertools',
    cwd: root,
    platform: 'node',
    plugins: [LOGGER_ALONE, LAZY_BUILTINS],
  });
  const { output } = await build.generate({
    format: 'iife',
    name: 'powertools',
    exports: 'named',
    codeSplitting: false,
    topLevelVar: true,
    comments: { annotation: true, jsdoc: false, legal: true },
  });
  await build.close();
  return output[0];
}

const LOGGER_ALONE: Plugin = {
  name: 'logger-alone',
  resolveId: (id) => (id === 'powertools' ? '\0powertools' : null),
  load: (id) => (id === '\0powertools' ? "export { Logger } from '@aws-lambda-powertools/logger';" : null),
};

/** Turns `import { randomInt } from 'node:crypto'` into a lookup at run time. */
const LAZY_BUILTINS: Plugin = {
  name: 'lazy-builtins',
  resolveId: (id) => (id.startsWith('node:') ? { id: `\0${id}`, moduleSideEffects: false } : null),
  load: (id) =>
    id.startsWith('\0node:') ? `module.exports = process.getBuiltinModule('${id.slice(1)}');` : null,
};
