import type { CollectionTag, Node, ScalarTag, YAMLMap, YAMLSeq } from 'yaml';
import type { SourceDocument } from './document.ts';
import { DocumentError } from './document-error.ts';

type Yaml = typeof import('yaml');

/** Short forms of CloudFormation with the name that each has in JSON. */
const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...[
    'And',
    'Base64',
    'Cidr',
    'Equals',
    'FindInMap',
    'GetAZs',
    'GetAtt',
    'If',
    'ImportValue',
    'Join',
    'Length',
    'Not',
    'Or',
    'Select',
    'Split',
    'Sub',
    'ToJsonString',
    'Transform',
  ].map((name) => [`!${name}`, `Fn::${name}`] as const),
]);

/** Aliases that a document may resolve to, so that a small one cannot become huge. */
const MAX_ALIASES = 1000;

/**
 * Parses YAML with the package `yaml`, an optional peer.
 *
 * @param load - imports the package
 * @throws {DocumentError} if the text is not YAML, or the package is not installed
 */
export async function yamlDocument(
  file: string,
  text: string,
  load: () => Promise<Yaml> = () => import('yaml'),
): Promise<SourceDocument> {
  const yaml = await load().catch((error: unknown) => notInstalled(file, error));
  const lines = new yaml.LineCounter();
  const document = reading(file, () =>
    yaml.parseDocument(text, {
      lineCounter: lines,
      merge: true,
      logLevel: 'error',
      prettyErrors: false,
      customTags: shortForms(yaml),
    }),
  );
  const [error] = document.errors;
  if (error !== undefined) {
    throw new DocumentError(`${file}:${lines.linePos(error.pos[0]).line} is not YAML: ${error.message}`);
  }
  return {
    file,
    root: reading(file, (): unknown => document.toJS({ maxAliasCount: MAX_ALIASES })),
    related: new Map(),
    lineOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const node = document.getIn(path.slice(0, length), true) as Node | undefined;
        const start = node?.range?.[0];
        if (start !== undefined) return lines.linePos(start).line;
      }
      return 1;
    },
  };
}

/** @throws {DocumentError} if the parser gives up: the document is nested too deeply, or its aliases expand too far */
function reading<Result>(file: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new DocumentError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** @throws {DocumentError} says how to install the package */
function notInstalled(file: string, cause: unknown): never {
  throw new DocumentError(
    `${file} is YAML, and the package yaml cannot be imported: npm install --save-dev yaml`,
    { cause },
  );
}

/** `!GetAtt Api.Arn` as `{ 'Fn::GetAtt': 'Api.Arn' }`, with any value behind the tag. */
function shortForms(yaml: Yaml): (ScalarTag | CollectionTag)[] {
  return [...FUNCTIONS].flatMap(([tag, name]) => {
    const wrapped = (node: YAMLMap.Parsed | YAMLSeq.Parsed): YAMLMap => {
      const map = new yaml.YAMLMap();
      map.items.push(new yaml.Pair(new yaml.Scalar(name), node));
      return map;
    };
    return [
      { tag, resolve: (text: string) => ({ [name]: text }) },
      { tag, collection: 'seq' as const, resolve: wrapped },
      { tag, collection: 'map' as const, resolve: wrapped },
    ];
  });
}
