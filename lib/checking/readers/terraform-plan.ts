import { isObject } from '../../util/is-object.ts';
import { Cursor } from '../documents/cursor.ts';
import { type SourceDocument, Undecided } from '../documents/document.ts';

/** A resource of a plan. */
export interface PlannedResource {
  /** `module.api.aws_apigatewayv2_route.orders["GET /orders"]`. */
  readonly address: string;
  readonly type: string;
  /** Its attributes. Those that are known after the deployment only are undecided, with what they refer to. */
  readonly attributes: Cursor;
}

/** Modules within modules, at most. */
const MAX_DEPTH = 50;

/**
 * The resources of a plan, as `terraform show -json` writes it.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function plannedResources(document: SourceDocument): readonly PlannedResource[] {
  const root = Cursor.at(document);
  const resources = resourcesOfModule(root.get('planned_values', 'root_module'), 0);
  const addresses = resources.map((resource) => resource.get('address').text ?? '');
  const unknown = new Map(
    root
      .get('resource_changes')
      .items.map((change) => [change.get('address').text, change.get('change', 'after_unknown').value]),
  );
  const written = writtenResources(root.get('configuration', 'root_module'), '', 0);
  return resources.map((resource, index) => {
    const address = addresses[index] as string;
    const expressions = written.get(withoutIndexes(address));
    const refer = (attribute: string) => referenceOf(expressions?.get(attribute), address, addresses);
    const values = withUnknown(resource.get('values').value, unknown.get(address), refer);
    return {
      address,
      type: resource.get('type').text ?? '',
      attributes: new Cursor({ ...document, lineOf: () => null }, values, [address]),
    };
  });
}

function resourcesOfModule(module: Cursor, depth: number): readonly Cursor[] {
  if (depth > MAX_DEPTH) return [];
  const children = module.get('child_modules').items.flatMap((child) => resourcesOfModule(child, depth + 1));
  return [...module.get('resources').items, ...children];
}

/** What the configuration writes for each resource, by the address without indexes. */
function writtenResources(module: Cursor, prefix: string, depth: number): ReadonlyMap<string, Cursor> {
  if (depth > MAX_DEPTH) return new Map();
  const own = module
    .get('resources')
    .items.map(
      (resource) => [`${prefix}${resource.get('address').text}`, resource.get('expressions')] as const,
    );
  const others = module
    .get('module_calls')
    .members.flatMap(([name, call]) => [
      ...writtenResources(call.get('module'), `${prefix}module.${name}.`, depth + 1),
    ]);
  return new Map([...own, ...others]);
}

/** An address without `["key"]` and `[0]`. */
export function withoutIndexes(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');
}

/** What an unknown attribute refers to; `undefined` if the configuration does not write it: then the provider chooses. */
function referenceOf(
  expression: Cursor | undefined,
  address: string,
  addresses: readonly string[],
): Undecided | undefined {
  if (expression === undefined || expression.isMissing) return undefined;
  const references = expression.get('references').items.map(({ value }) => String(value));
  const [first = 'an expression'] = references;
  const modules = address.replace(/^((?:module\.[^.]+\.)*).*$/s, '$1');
  const targets = references.flatMap((reference) => {
    const resource = /^aws_\w+\.[\w-]+(?:\[[^\]]+\])?/.exec(reference)?.[0];
    return resource === undefined ? [] : instancesOf(modules + resource, address, addresses);
  });
  return new Undecided(first, [...new Set(targets)]);
}

/** The instances that a reference means; of several, the one with the index of the resource that refers to it. */
function instancesOf(reference: string, address: string, addresses: readonly string[]): readonly string[] {
  if (addresses.includes(reference)) return [reference];
  const instances = addresses.filter((one) => withoutIndexes(one) === withoutIndexes(reference));
  const index = /\[[^\]]*\]$/.exec(address)?.[0] ?? '';
  const own = instances.filter((one) => index !== '' && one.endsWith(index));
  return own.length > 0 ? own : instances;
}

/** The values, with what is unknown. */
function withUnknown(
  values: unknown,
  unknown: unknown,
  refer: (attribute: string) => Undecided | undefined,
): unknown {
  if (!isObject(values) || !isObject(unknown)) return values;
  const added = Object.entries(unknown).map(([name, isUnknown]): [string, unknown] => {
    if (isUnknown === true) return [name, refer(name)];
    return [name, filled(Object.hasOwn(values, name) ? values[name] : undefined, isUnknown)];
  });
  return Object.fromEntries([...Object.entries(values), ...added]);
}

/** A value within an attribute, with what is unknown in it. */
function filled(value: unknown, unknown: unknown): unknown {
  if (unknown === true) return new Undecided('known after apply');
  if (Array.isArray(value) && Array.isArray(unknown)) {
    return Array.from({ length: Math.max(value.length, unknown.length) }, (_, at) =>
      filled(value[at], unknown[at]),
    );
  }
  if (!isObject(value) || !isObject(unknown) || Array.isArray(value)) return value;
  const names = new Set([...Object.keys(value), ...Object.keys(unknown)]);
  const own = (from: Readonly<Record<string, unknown>>, name: string) =>
    Object.hasOwn(from, name) ? from[name] : undefined;
  return Object.fromEntries([...names].map((name) => [name, filled(own(value, name), own(unknown, name))]));
}
