import { isObject } from '../../util/is-object.ts';
import { Cursor } from '../documents/cursor.ts';
import { type SourceDocument, Undecided } from '../documents/document.ts';
import { mapValues } from './map-values.ts';

/** Values of parameters, by name. */
export type Parameters = ReadonlyMap<string, string>;

type Visit = (inner: unknown) => unknown;

interface Template {
  readonly parameters: Parameters;
  readonly root: Cursor;
}

/**
 * The template with its intrinsic functions replaced by their values, where the template and the parameters decide them,
 * else by what is undecided. Defaults of parameters count for nothing: a deployment may override them.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolveIntrinsics(document: SourceDocument, parameters: Parameters): unknown {
  const template = { parameters, root: Cursor.at(document) };
  return mapValues(document.file, document.root, (value, visit) => {
    if (!isObject(value) || Array.isArray(value)) return undefined;
    const [name, ...others] = Object.keys(value);
    if (name === undefined || others.length > 0) return undefined;
    if (name !== 'Ref' && !name.startsWith('Fn::')) return undefined;
    return { by: valueOfCall(name, value[name], visit, template) };
  });
}

function valueOfCall(name: string, argument: unknown, visit: Visit, template: Template): unknown {
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' ? refValue(argument, template) : new Undecided('Ref');
    case 'Fn::GetAtt':
      return attributeOf(argument);
    case 'Fn::Sub':
      return subValue(argument, visit, template);
    case 'Fn::Join':
      return joinValue(visit(argument));
    case 'Fn::FindInMap':
      return mappedValue(visit(argument), template);
    default:
      return new Undecided(name, targetsIn(visit(argument)));
  }
}

function refValue(name: string, { parameters, root }: Template): unknown {
  if (name === 'AWS::NoValue') return undefined;
  const given = parameters.get(name);
  if (given !== undefined) {
    const isList = /List/.test(root.get('Parameters', name, 'Type').text ?? '');
    return isList ? given.split(',').map((item) => item.trim()) : given;
  }
  const isResource = !root.get('Resources', name).isMissing;
  return new Undecided(`Ref ${name}`, isResource ? [name] : []);
}

/** `[Api, RootResourceId]`, or the short form `Api.RootResourceId`. */
function attributeOf(argument: unknown): Undecided {
  const parts = typeof argument === 'string' ? argument.split('.') : Array.isArray(argument) ? argument : [];
  const [target, ...attribute] = parts.filter((part): part is string => typeof part === 'string');
  if (target === undefined) return new Undecided('Fn::GetAtt');
  return new Undecided(`GetAtt ${[target, ...attribute].join('.')}`, [target]);
}

function subValue(argument: unknown, visit: Visit, template: Template): unknown {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') return new Undecided('Fn::Sub');
  const values = isObject(own) ? own : {};
  const parts = text.split(/\$\{([^{}]+)\}/).map((part, index): unknown => {
    if (index % 2 === 0) return part;
    // `${!Literal}` stands for `${Literal}`.
    if (part.startsWith('!')) return `\${${part.slice(1)}}`;
    if (Object.hasOwn(values, part)) return visit(values[part]);
    return part.includes('.') ? attributeOf(part) : refValue(part, template);
  });
  return joined(parts, `Sub ${text}`);
}

function joinValue(argument: unknown): unknown {
  const [delimiter, items] = Array.isArray(argument) ? argument : [];
  if (typeof delimiter !== 'string' || !Array.isArray(items)) {
    return new Undecided('Fn::Join', targetsIn(argument));
  }
  return joined(
    items.flatMap((item, index): unknown[] => (index === 0 ? [item] : [delimiter, item])),
    'Fn::Join',
  );
}

/** The text of all parts, if all are decided. */
function joined(parts: readonly unknown[], text: string): unknown {
  const isDecided = parts.every((part) => typeof part !== 'object' && part !== undefined);
  if (isDecided) return parts.join('');
  return new Undecided(text, targetsIn(parts));
}

function mappedValue(argument: unknown, { root }: Template): unknown {
  const keys: readonly unknown[] = Array.isArray(argument) ? argument : [];
  const isText = (key: unknown): key is string => typeof key === 'string';
  const found = keys.length === 3 && keys.every(isText) ? root.get('Mappings', ...keys) : null;
  const isFound = found !== null && !found.isMissing && typeof found.value !== 'object';
  return isFound ? found.value : new Undecided('Fn::FindInMap');
}

/** The resources that a resolved value refers to. */
function targetsIn(value: unknown): readonly string[] {
  if (value instanceof Undecided) return value.targets;
  if (!isObject(value)) return [];
  return [...new Set(Object.values(value).flatMap(targetsIn))];
}
