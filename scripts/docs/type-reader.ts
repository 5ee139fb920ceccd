import path from 'node:path';
import ts from 'typescript-api';

/** A union with more literals than this is shown as `string`: it would not fit into a cell. */
const MAX_LITERALS = 8;

/** The root of the repository. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** One property, described by its type and docstring. */
export interface Member {
  readonly path: string;
  /** Short form for readers: `string`, `string | string[]`, `object`, `function`, `'iam' | 'simple'`. */
  readonly type: string;
  readonly required: boolean;
  /** Text of the `@default` tag, on one line; `null` without one. */
  readonly default: string | null;
  /** First sentence of the docstring; empty without one. */
  readonly summary: string;
  /** Path of an earlier member with the same declaration; `null` for the first one. */
  readonly sameAs: string | null;
}

/** A type that a file exports, with its type checker. */
export interface NamedType {
  readonly checker: ts.TypeChecker;
  readonly type: ts.Type;
}

/** @throws {Error} if the file does not exist or does not export the name */
export function exportedType(file: string, name: string): NamedType {
  const program = ts.createProgram([file], { ...compilerOptions(), noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const found = module && checker.getExportsOfModule(module).find((symbol) => symbol.name === name);
  if (!found) throw new Error(`${path.relative(ROOT, file)} exports no ${name}`);
  const symbol = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  return { checker, type: checker.getDeclaredTypeOfSymbol(symbol) };
}

/** The repository's compiler options, in the form of typescript-api. */
export function compilerOptions(): ts.CompilerOptions {
  const file = path.join(ROOT, 'tsconfig.json');
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, ROOT).options;
}

/** Every member of a type, including members of this repository's object types in it. Parents come first. */
export function membersOf({ checker, type }: NamedType): readonly Member[] {
  const walk = new Walk(checker);
  walk.objectType(type, '');
  return walk.members;
}

class Walk {
  readonly members: Member[] = [];
  readonly checker: ts.TypeChecker;
  /** Path at which each property declaration was found first. */
  readonly #declared = new Map<ts.Node, string>();

  constructor(checker: ts.TypeChecker) {
    this.checker = checker;
  }

  objectType(type: ts.Type, prefix: string): void {
    const properties = this.checker.getPropertiesOfType(type).flatMap((property) => {
      const declaration = property.declarations?.[0];
      return declaration ? [{ property, declaration, at: `${prefix}${property.name}` }] : [];
    });
    // Siblings first: a nested type that repeats one of them then refers upwards.
    for (const { declaration, at } of properties) {
      if (!this.#declared.has(declaration)) this.#declared.set(declaration, at);
    }
    for (const { property, declaration, at } of properties) this.#property(property, declaration, at);
    for (const index of this.checker.getIndexInfosOfType(type)) {
      const name = index.declaration?.parameters[0]?.name.getText() ?? 'key';
      this.#within(index.type, `${prefix}<${name}>`);
    }
  }

  #property(property: ts.Symbol, declaration: ts.Declaration, at: string): void {
    const type = this.checker.getTypeOfSymbolAtLocation(property, declaration);
    const parts = constituents(type);
    // `uri?: never` means that this variant of a union has no such member.
    if (parts.every((part) => part.flags & ts.TypeFlags.Never)) return;
    const first = this.#declared.get(declaration) ?? at;
    const sameAs = first === at ? null : first;
    this.#add({
      path: at,
      type: describe(this.checker, parts),
      required: !(property.flags & ts.SymbolFlags.Optional),
      default: defaultOf(property),
      summary: firstSentence(ts.displayPartsToString(property.getDocumentationComment(this.checker))),
      sameAs,
    });
    if (sameAs === null) this.#within(type, at);
  }

  /** Two variants of a union may have a member of the same name. It is one option, required if both require it. */
  #add(member: Member): void {
    const at = this.members.findIndex(({ path }) => path === member.path);
    const first = this.members[at];
    if (first === undefined) {
      this.members.push(member);
      return;
    }
    const types = new Set([...first.type.split(' | '), ...member.type.split(' | ')]);
    this.members[at] = {
      ...first,
      type: [...types].join(' | '),
      required: first.required && member.required,
      default: first.default ?? member.default,
    };
  }

  #within(type: ts.Type, at: string): void {
    for (const part of constituents(type)) {
      const element = elementOf(this.checker, part);
      if (element) this.#within(element, `${at}[]`);
      else if (isOwnObject(this.checker, part)) this.objectType(part, `${at}.`);
    }
  }
}

/** The variants of a union without `undefined`; for another type, the type itself. */
function constituents(type: ts.Type): readonly ts.Type[] {
  const parts = type.isUnion() ? type.types : [type];
  return parts.filter((part) => !(part.flags & ts.TypeFlags.Undefined));
}

function elementOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  return checker.isArrayType(type) || checker.isTupleType(type)
    ? checker.getIndexTypeOfType(type, ts.IndexKind.Number)
    : undefined;
}

/** Whether a type is an object type of this repository whose members are options: no service, data or class. */
function isOwnObject(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return false;
  if (type.getCallSignatures().length > 0 || type.isClass()) return false;
  if (isService(checker, type) || isData(checker, type)) return false;
  const declarations = [
    ...checker.getPropertiesOfType(type).flatMap((property) => property.declarations ?? []),
    ...checker
      .getIndexInfosOfType(type)
      .flatMap((index) => index.declaration ?? type.symbol?.declarations ?? []),
    ...(type.aliasSymbol?.declarations ?? []),
  ];
  return declarations.some(isOwn);
}

/** Whether a type has functions only, several or one method: an interface to implement, such as a logger. */
function isService(checker: ts.TypeChecker, type: ts.Type): boolean {
  const members = checker.getPropertiesOfType(type);
  const isMethod = (member: ts.Symbol) => (member.flags & ts.SymbolFlags.Method) !== 0;
  return (
    (members.length > 1 || members.some(isMethod)) &&
    members.every((member) => isFunction(checker, checker.getTypeOfSymbol(member)))
  );
}

function isFunction(checker: ts.TypeChecker, type: ts.Type): boolean {
  return constituents(checker.getNonNullableType(type)).every((part) => part.getCallSignatures().length > 0);
}

/** Whether a type takes members of any kind: a format of others, such as a JSON Web Key. */
function isData(checker: ts.TypeChecker, type: ts.Type): boolean {
  return checker.getIndexInfosOfType(type).some((index) => (index.type.flags & ts.TypeFlags.Unknown) !== 0);
}

function isOwn(declaration: ts.Node): boolean {
  return !declaration.getSourceFile().fileName.includes('/node_modules/');
}

function describe(checker: ts.TypeChecker, parts: readonly ts.Type[]): string {
  const literals = parts.filter((part) => part.isStringLiteral()).length;
  const words = new Set(
    parts.map((part) =>
      part.isStringLiteral() && literals > MAX_LITERALS ? 'string' : describeOne(checker, part),
    ),
  );
  if (words.has('true') && words.delete('false')) {
    words.delete('true');
    words.add('boolean');
  }
  // `false` is how a check is switched off: it reads best after what switches it on.
  if (words.delete('false')) words.add('false');
  return [...words].join(' | ');
}

function describeOne(checker: ts.TypeChecker, type: ts.Type): string {
  const element = elementOf(checker, type);
  if (element) {
    const inner = describe(checker, constituents(element));
    return inner.includes(' ') ? `(${inner})[]` : `${inner}[]`;
  }
  if (type.isStringLiteral()) return `'${type.value}'`;
  if (type.getCallSignatures().length > 0) return 'function';
  if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) {
    const { name = '__type' } = type.aliasSymbol ?? type.symbol ?? {};
    return isOwnObject(checker, type) || name.startsWith('__') ? 'object' : name;
  }
  // A template literal type: its backticks would end the code span of the cell.
  return checker.typeToString(type).replaceAll('`', "'");
}

function defaultOf(symbol: ts.Symbol): string | null {
  const tag = symbol.getJsDocTags().find(({ name }) => name === 'default');
  return tag ? oneLine(ts.displayPartsToString(tag.text)) : null;
}

/** The text up to the first full stop that ends a sentence: before a capital, a quote or the end. */
export function firstSentence(text: string): string {
  const line = oneLine(text);
  return /^.*?[.!?](?=\s+["'`(\p{Lu}]|$)/u.exec(line)?.[0] ?? line;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
