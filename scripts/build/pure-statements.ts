import ts from 'typescript-api';

/**
 * Marks what a module computes when it is loaded as free of side effects, so that a user's bundler can leave out what
 * is not used. As long as each module is a file, `sideEffects: false` in `package.json` says so for the whole file. In
 * a bundled `dist/` a bundler judges statement by statement: it keeps `const names = [...others]` unless it is told.
 *
 * - A call gets the annotation that all bundlers know: `/* @__PURE__ *\/ Object.freeze([])`.
 * - An initialiser with a spread, a property access or a template is wrapped in a function that is called once.
 *
 * Adds no line, so that the lines of a source map stay right.
 *
 * @returns the source, TypeScript as before
 */
export function withPureStatements(source: string, fileName: string): string {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  const insertions: Insertion[] = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { initializer } of statement.declarationList.declarations) {
      if (initializer !== undefined) insertions.push(...insertionsFor(initializer));
    }
  }
  return withInsertions(source, insertions);
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

const PURE = '/* @__PURE__ */ ';

function insertionsFor(initializer: ts.Expression): Insertion[] {
  const found = effectsIn(initializer);
  if (found.needsFunction) {
    return [
      { at: initializer.getStart(), text: `${PURE}(() => (` },
      { at: initializer.getEnd(), text: '))()' },
    ];
  }
  return found.calls.map((call) => ({ at: call.getStart(), text: PURE }));
}

/** What a bundler takes for a possible side effect when an expression is evaluated. */
function effectsIn(expression: ts.Expression): { calls: readonly ts.Node[]; needsFunction: boolean } {
  const calls: ts.Node[] = [];
  let needsFunction = false;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      calls.push(node);
      needsFunction ||= !ts.isIdentifier(node.expression) && !isGlobalMember(node.expression);
      for (const argument of node.arguments ?? []) visit(argument);
      return;
    }
    needsFunction ||=
      ts.isSpreadElement(node) ||
      ts.isSpreadAssignment(node) ||
      ts.isPropertyAccessExpression(node) ||
      ts.isElementAccessExpression(node) ||
      ts.isTemplateExpression(node);
    ts.forEachChild(node, visit);
  };
  visit(expression);
  return { calls, needsFunction };
}

/** `Object.freeze`, `Array.from`: annotated calls of these are dropped together with the access. */
function isGlobalMember(callee: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(callee) &&
    ts.isIdentifier(callee.expression) &&
    /^(?:Object|Array|Number|String)$/.test(callee.expression.text)
  );
}

function withInsertions(source: string, insertions: readonly Insertion[]): string {
  let text = source;
  for (const { at, text: inserted } of insertions.toSorted((a, b) => b.at - a.at)) {
    text = text.slice(0, at) + inserted + text.slice(at);
  }
  return text;
}
