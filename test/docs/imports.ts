import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript-api';
import { ROOT } from '../../scripts/docs/type-reader.ts';

const LIB = path.join(ROOT, 'lib');

/** An import or re-export of a file in lib/. */
export interface Import {
  /** Path of the importing file within lib/. */
  readonly from: string;
  /** Path within lib/ for a relative import, else the specifier as written. */
  readonly to: string;
  readonly external: boolean;
  readonly typeOnly: boolean;
}

/** Paths of all files in lib/, relative to it, with forward slashes. */
export function libraryFiles(): readonly string[] {
  return fs
    .readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll(path.sep, '/'))
    .sort();
}

/** Every import of a file of lib/: static, dynamic and in types. */
export function importsOf(from: string, text: string = read(from)): readonly Import[] {
  const source = ts.createSourceFile(from, text, ts.ScriptTarget.ESNext, true);
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== null) imports.push(toImport(from, specifier, isTypeOnly(node)));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

/** The text of every string literal in a file of lib/, of property names and types too. */
export function stringLiteralsOf(from: string, text: string = read(from)): readonly string[] {
  const source = ts.createSourceFile(from, text, ts.ScriptTarget.ESNext, true);
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) literals.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return literals;
}

function read(file: string): string {
  return fs.readFileSync(path.join(LIB, file), 'utf8');
}

function specifierOf(node: ts.Node): string | null {
  let literal: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) literal = node.moduleSpecifier;
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) literal = node.argument.literal;
  else if (ts.isCallExpression(node) && isLoad(node.expression)) literal = node.arguments[0];
  return literal && ts.isStringLiteralLike(literal) ? literal.text : null;
}

function isLoad(expression: ts.Expression): boolean {
  return expression.kind === ts.SyntaxKind.ImportKeyword || expression.getText() === 'require';
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) {
    return node.isTypeOnly || everyNameIsType(node.exportClause);
  }
  if (!ts.isImportDeclaration(node) || !node.importClause) return false;
  const { name, namedBindings, phaseModifier } = node.importClause;
  if (phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  return name === undefined && everyNameIsType(namedBindings);
}

function everyNameIsType(names: ts.Node | undefined): boolean {
  if (!names || !(ts.isNamedImports(names) || ts.isNamedExports(names))) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

function toImport(from: string, specifier: string, typeOnly: boolean): Import {
  const external = !specifier.startsWith('.');
  const to = external ? specifier : path.posix.join(path.posix.dirname(from), specifier);
  return { from, to, external, typeOnly };
}

/** Circles among the imports, each as a list of files. */
export function circlesIn(imports: readonly Import[]): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  for (const { from, to, external } of imports)
    if (!external) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[][] = [];
  const walk = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at !== -1) circles.push([...trail.slice(at), file]);
    if (at !== -1 || done.has(file)) return;
    for (const target of next.get(file) ?? []) walk(target, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return circles;
}
