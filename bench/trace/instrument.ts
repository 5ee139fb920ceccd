import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript-api';
import type { Recorder } from './recorder.ts';

/** Globals that the instrumented code calls. */
const ENTER = '__traceEnter';
const EXIT = '__traceExit';

/**
 * Makes every function of the TypeScript files in a folder report its calls. Only files that are imported afterwards
 * are instrumented.
 *
 * @param folder - absolute path
 */
export function instrument(folder: string, recorder: Recorder): void {
  Object.assign(globalThis, {
    [ENTER]: (file: string, place: number) => recorder.enter(file, place),
    [EXIT]: () => recorder.exit(),
  });
  const prefix = `${pathToFileURL(folder).href}/`;
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(prefix)) return nextLoad(url, context);
      const path = fileURLToPath(url);
      const source = stripTypeScriptTypes(instrumented(readFileSync(path, 'utf8'), relative(folder, path)));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/** The text of a TypeScript file whose functions report their calls under the given name. */
export function instrumented(text: string, file: string): string {
  const before: string[] = [];
  const after: string[] = [];
  const visit = (node: ts.Node): void => {
    const body = bodyOf(node);
    if (body !== undefined) {
      const start = body.getStart();
      const isBlock = ts.isBlock(body);
      const enter = `{${ENTER}(${JSON.stringify(file)},${start});try`;
      // Bodies may end at the same place, the inner ones first; at the same start the outer ones are first.
      before[start] = `${before[start] ?? ''}${enter}${isBlock ? '' : '{return ('}`;
      after[body.end] = `${isBlock ? '' : ')}'}finally{${EXIT}()}}${after[body.end] ?? ''}`;
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true));
  const at = (index: number) => `${after[index] ?? ''}${before[index] ?? ''}`;
  return Array.from({ length: text.length + 1 }, (_, index) => at(index) + text.charAt(index)).join('');
}

function bodyOf(node: ts.Node): ts.Node | undefined {
  return ts.isFunctionLike(node) && 'body' in node ? (node.body as ts.Node | undefined) : undefined;
}
