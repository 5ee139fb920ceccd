import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const REASON =
  'the wording of an error: tests check that it is thrown, its code, and the option that it names';

/** As much of Babel's tree as is read here. */
interface Node {
  type: string;
  callee?: { type: string; name?: string };
}

export interface NodePath {
  node: Node;
  parentPath: NodePath | null;
  /** `arguments` for an argument, which `key` then numbers from 0. */
  listKey?: unknown;
  key?: unknown;
}

const isText = (node: Node) =>
  node.type === 'StringLiteral' || node.type === 'TemplateLiteral' || node.type === 'BinaryExpression';

/**
 * The argument that words an error: the only one of `new Error(...)`, the second of our errors and of `refuse(...)`. Their
 * first one is a code or the path of an option, which tests check.
 */
function wordingOf({ callee, type }: Node): number | undefined {
  const name = callee?.name ?? '';
  if (type === 'NewExpression') return name === 'Error' ? 0 : /(Error|Fault)$/.test(name) ? 1 : undefined;
  return type === 'CallExpression' && /^refuse(Value)?$/.test(name) ? 1 : undefined;
}

function wordsAnError({ parentPath, listKey, key }: NodePath): boolean {
  if (parentPath === null) return false;
  if (listKey === 'arguments') return key === wordingOf(parentPath.node);
  return isText(parentPath.node) && wordsAnError(parentPath);
}

/** Keeps Stryker from emptying the texts of errors, whose words are for people. */
export const wording = {
  shouldIgnore: (path: NodePath) => (isText(path.node) && wordsAnError(path) ? REASON : undefined),
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'wording', wording as never)];
