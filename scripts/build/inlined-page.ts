import type { Plugin } from 'rolldown';
import { pageCode } from '../../lib/exploring/page-code.ts';

/** The module of lib/ that bundles the page from its sources, which users do not run. */
const MODULE = /[\\/]lib[\\/]exploring[\\/]page-code\.ts$/;

/** Puts the bundled page of the command `explore` into the module that makes it. */
export async function inlinedPage(): Promise<Plugin> {
  const code = `export async function pageCode() {\nreturn ${JSON.stringify(await pageCode())};\n}\n`;
  // Generated code has no source in this package.
  const map = { version: 3, mappings: '', names: [], sources: [] };
  return {
    name: 'inlined-page',
    load: { filter: { id: MODULE }, handler: () => ({ code, map, moduleType: 'js' }) },
  };
}
