import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript-api';
import { compilerOptions, ROOT } from '../../scripts/docs/type-reader.ts';
import { entryPoints, STAND_INS } from './entry-points.ts';
import type { CodeBlock } from './markdown.ts';

/**
 * Type-checks TypeScript blocks as modules of a user of the package, strictly and under `nodenext`.
 *
 * @returns one message for each error, with the line in the document
 */
export function compileErrors(blocks: readonly CodeBlock[]): readonly string[] {
  const sources = new Map(blocks.map((block) => [virtualFile(block), block]));
  const options: ts.CompilerOptions = {
    ...compilerOptions(),
    noEmit: true,
    types: ['node'],
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: Object.fromEntries([...entryPoints(), ...STAND_INS].map(([name, source]) => [name, [source]])),
  };
  const program = ts.createProgram([...sources.keys()], options, hostWith(sources, options));
  return [...sources].flatMap(([file, block]) => {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`the block at line ${block.line} was not compiled`);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (diagnostic) => {
        const { line } = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
        const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
        return `line ${block.line + 1 + line}: ${message}`;
      },
    );
  });
}

/** The path of a block for the compiler: in the repository, so that packages resolve, but not on disk. */
function virtualFile(block: CodeBlock): string {
  return path.join(ROOT, 'test/docs', `block-at-line-${block.line}.ts`);
}

function hostWith(sources: ReadonlyMap<string, CodeBlock>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = (file: string) => sources.get(path.normalize(file))?.code;
  return {
    ...host,
    fileExists: (file) => read(file) !== undefined || host.fileExists(file),
    readFile: (file) => read(file) ?? host.readFile(file),
    getSourceFile: (file, ...rest) => {
      const text = read(file);
      return text === undefined
        ? host.getSourceFile(file, ...rest)
        : ts.createSourceFile(file, text, rest[0]);
    },
  };
}

/** Whether a block uses the CDK. Such blocks are compiled and not run: they would bundle functions that do not exist. */
export function isCdk(block: CodeBlock): boolean {
  return /from '(?:aws-cdk-lib|constructs)/.test(block.code);
}

/** Names of the `npm run` scripts of the repository, or of the package in a folder of it. */
export function npmScripts(folder = ''): ReadonlySet<string> {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return new Set(Object.keys(scripts));
}
