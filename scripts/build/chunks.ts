import path from 'node:path';

/** What the bundler knows of a module. */
interface ModuleGraph {
  getModuleInfo(id: string): { readonly importers: readonly string[] } | null;
}

const AUTHORIZER = path.join('lib', 'index.ts');

/**
 * Chooses the chunk of a module that several entry points use: `shared` if the authorizer is one of them, else `tools`.
 * So an authorizer loads nothing that only command line, testing and deployment use.
 */
export function chunkOf(id: string, graph: ModuleGraph): 'shared' | 'tools' {
  const seen = new Set([id]);
  for (const module of seen) {
    if (module.endsWith(AUTHORIZER)) return 'shared';
    for (const importer of graph.getModuleInfo(module)?.importers ?? []) seen.add(importer);
  }
  return 'tools';
}
