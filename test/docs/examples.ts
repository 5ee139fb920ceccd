import ts from 'typescript-api';
import { compilerOptions } from '../../scripts/docs/type-reader.ts';
import { entryPoints } from './entry-points.ts';

/** A function that an entry point exports, with the `@example` of its docstring. */
export interface ExportedFunction {
  readonly name: string;
  /** `null` if the docstring has none. */
  readonly example: string | null;
}

/** What examples may use without a declaration, beside the exports of all entry points. */
const DECLARED = `
import assert from 'node:assert/strict';
import middy from '@middy/core';
import type { APIGatewayRequestAuthorizerEvent, Context } from 'aws-lambda';
declare const client: RedisClient;
declare const document: PolicyDocument;
declare const event: APIGatewayRequestAuthorizerEvent;
declare const handler: (event: unknown, context: Context) => Promise<unknown>;
declare const issuer: TestIssuer;
declare const options: AuthorizerOptions;
declare const store: Required<KeyStore>;
declare const token: string;
declare function it(title: string, run: () => Promise<void>): void;
`;

interface Exported {
  readonly entry: string;
  readonly name: string;
  readonly symbol: ts.Symbol;
}

/** Reads what all entry points export. */
export class PublicApi {
  readonly #checker: ts.TypeChecker;
  readonly #exports: readonly Exported[];

  constructor() {
    const sources = [...entryPoints()];
    const files = sources.map(([, file]) => file);
    const program = ts.createProgram(files, { ...compilerOptions(), noEmit: true });
    const checker = program.getTypeChecker();
    this.#checker = checker;
    this.#exports = sources.flatMap(([entry, file]) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile);
      return checker.getExportsOfModule(module as ts.Symbol).map((symbol) => {
        const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
        return { entry, name: symbol.name, symbol: isAlias ? checker.getAliasedSymbol(symbol) : symbol };
      });
    });
  }

  functions(): readonly ExportedFunction[] {
    return this.#exports
      .filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Function)
      .map(({ name, symbol }) => {
        const tag = symbol.getJsDocTags(this.#checker).find((each) => each.name === 'example');
        return { name, example: tag === undefined ? null : ts.displayPartsToString(tag.text) };
      });
  }

  /** An example as a module of its own: a function body, with imports of everything that users can import. */
  moduleOf(example: string): string {
    const named = new Map(this.#exports.map((each) => [each.name, each]));
    const imports = [...named.values()].map(({ entry, name, symbol }) => {
      const isType = (symbol.flags & ts.SymbolFlags.Value) === 0;
      return `import { ${isType ? 'type ' : ''}${name} } from '${entry}';`;
    });
    const lines = example.split('\n');
    const own = lines.filter((line) => line.startsWith('import '));
    const body = lines.filter((line) => !own.includes(line)).map((line) => line.replace(/^export /, ''));
    const isImported = (line: string) =>
      own.some((each) => namesIn(each).some((name) => namesIn(line).includes(name)));
    const prelude = [...imports, ...DECLARED.trim().split('\n')].filter((line) => !isImported(line));
    return [...prelude, ...own, 'export async function example() {', ...body, '}', ''].join('\n');
  }
}

/** The names that a line imports; none for other lines. */
function namesIn(line: string): readonly string[] {
  const [, imported = ''] = /^import (?:type )?(.*?) from /.exec(line) ?? [];
  return imported.replace(/\btype /g, '').match(/[\w$]+/g) ?? [];
}
