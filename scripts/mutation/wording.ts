import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const REASON =
  'the wording of an error: tests check that it is thrown, its code, and the option that it names';

/** As much of Babel's tree as is read here. */
interface Node {
  type: string;
  callee?: { type: string; name?: string };
}

interface NodePath {
  node: Node;
  parentPath: NodePath | null;
}

const isText = (node: Node) =>
  node.type === 'StringLiteral' || node.type === 'TemplateLiteral' || node.type === 'BinaryExpression';

/** Whether the text is an argument of `new SomeError(...)`. */
function isInAnError({ parentPath }: NodePath): boolean {
  if (parentPath === null) return false;
  const { callee, type } = parentPath.node;
  if (type === 'NewExpression') return callee?.name?.endsWith('Error') ?? false;
  return isText(parentPath.node) && isInAnError(parentPath);
}

/** Keeps Stryker from emptying the texts of errors, whose words are for people. */
const wording = {
  shouldIgnore: (path: NodePath) => (isText(path.node) && isInAnError(path) ? REASON : undefined),
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'wording', wording as never)];
