import { Cursor } from '../documents/cursor.ts';
import { type SourceDocument, Undecided } from '../documents/document.ts';
import type { Parameters } from './intrinsics.ts';
import { mapValues } from './map-values.ts';

/** Variables that refer to variables, at most. */
const MAX_DEPTH = 20;

const VARIABLE = /\$\{([^{}]*)\}/;

/**
 * The document with its variables replaced by their values: `${self:custom.ttl}`, `${param:ttl}` for a given parameter, and
 * `${file(api.json):ttl}` for a JSON file beside the document. Others are undecided.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/guide/variables
 */
export function resolveVariables(document: SourceDocument, parameters: Parameters): unknown {
  const root = Cursor.at(document);
  const resolve = (text: string, depth: number): unknown => {
    const whole = VARIABLE.exec(text);
    if (whole === null) return text;
    const [found, expression = ''] = whole;
    const value = depth > MAX_DEPTH ? undefined : lookUp(expression);
    if (value === undefined || value === null) return new Undecided(found);
    if (found === text) return typeof value === 'string' ? resolve(value, depth + 1) : value;
    if (typeof value === 'object') return new Undecided(text);
    return resolve(
      text.replace(found, () => String(value)),
      depth + 1,
    );
  };
  const lookUp = (expression: string): unknown => {
    const [, source = '', address = ''] = /^(self|param|file\([^()]*\)):(.*)$/.exec(expression) ?? [];
    if (source === 'self') return at(root, address);
    if (source === 'param') return parameters.get(address);
    const file = /^file\((.*)\)$/.exec(source)?.[1];
    return file === undefined ? undefined : at(new Cursor(document, document.related.get(file), []), address);
  };
  return mapValues(document.file, document.root, (value, visit) => {
    if (typeof value !== 'string' || !value.includes('${')) return undefined;
    if (isForCloudFormation(value)) return undefined;
    const resolved = resolve(value, 0);
    const isUsed = typeof resolved === 'object' && !(resolved instanceof Undecided);
    return { by: isUsed ? visit(resolved) : resolved };
  });
}

/** Whether the text is one for `Fn::Sub`, such as `${AWS::Region}` or `${Api}`, which has no source before a colon. */
function isForCloudFormation(text: string): boolean {
  return /^[^{}]*\$\{(?:AWS::)?[\w.]+\}/.test(text);
}

function at(root: Cursor, address: string): unknown {
  return root.get(...address.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))).value;
}
