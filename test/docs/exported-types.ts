import path from 'node:path';
import ts from 'typescript-api';
import { compilerOptions, ROOT } from '../../scripts/docs/type-reader.ts';

const LIB = path.join(ROOT, 'lib');

/**
 * Finds types of this package that public signatures mention but no entry point exports: users cannot name them.
 *
 * @param files - sources of the entry points
 * @returns names, each with the export that mentions it
 */
export function unnamedTypes(files: readonly string[]): readonly string[] {
  const program = ts.createProgram(files, { ...compilerOptions(), noEmit: true });
  const checker = program.getTypeChecker();
  const aim = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const modules = files.map((file) =>
    checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile),
  );
  const exported = new Set(
    modules.flatMap((module) => checker.getExportsOfModule(module as ts.Symbol).map(aim)),
  );
  const unnamed: string[] = [];
  for (const from of exported) {
    for (const declaration of from.declarations ?? []) {
      for (const name of publicTypeNames(declaration)) {
        const found = checker.getSymbolAtLocation(name);
        const symbol = found === undefined ? undefined : aim(found);
        const [source] = symbol?.declarations ?? [];
        if (symbol === undefined || source === undefined || ts.isTypeParameterDeclaration(source)) continue;
        const isOurs = source.getSourceFile().fileName.startsWith(LIB);
        if (isOurs && !exported.has(symbol)) unnamed.push(`${symbol.name}, of ${from.name}`);
      }
    }
  }
  return [...new Set(unnamed)].sort();
}

/** The type names in the public part of a declaration: no body, no value, nothing private. */
function publicTypeNames(declaration: ts.Node): readonly ts.Node[] {
  const names: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || ts.isSatisfiesExpression(node)) return;
    if (ts.isPropertyDeclaration(node) && ts.isPrivateIdentifier(node.name)) return;
    if (ts.isTypeReferenceNode(node)) names.push(node.typeName);
    if (ts.isExpressionWithTypeArguments(node)) names.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return names;
}
