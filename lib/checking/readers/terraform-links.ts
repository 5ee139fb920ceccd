import type { FormatAdvice, Guard } from '../deployed-api.ts';
import { Cursor } from '../documents/cursor.ts';
import { Undecided } from '../documents/document.ts';
import type { ApiTypes } from './api-types.ts';
import type { PlannedResource } from './terraform-plan.ts';

/** The resource that an attribute refers to: by reference, or by an ID that is known already. `null` if none of the plan. */
export function linked(attribute: Cursor, resources: readonly PlannedResource[]): PlannedResource | null {
  const { undecided, text } = attribute;
  const found =
    undecided === null
      ? resources.find(({ attributes }) => text !== null && attributes.get('id').text === text)
      : resources.find(({ address }) => address === undecided.target);
  return found ?? null;
}

/** The address of the resource that an attribute refers to, else the text that stands there. */
export function linkText(attribute: Cursor, resources: readonly PlannedResource[]): string {
  const found = linked(attribute, resources);
  return found?.address ?? attribute.undecided?.text ?? attribute.text ?? '?';
}

/** The APIs of a plan: those that it makes, and, with `null`, those of others that it adds routes to. */
export function plannedApis<Api>(
  resources: readonly PlannedResource[],
  types: ApiTypes,
  read: (name: string, api: PlannedResource | null) => Api,
): readonly Api[] {
  const apis = resources.filter(({ type }) => type === types.api);
  const members = resources.filter(({ type }) => type === types.member);
  const names = new Set(members.map(({ attributes }) => linkText(attributes.get(types.link), resources)));
  const elsewhere = [...names].filter((name) => !apis.some(({ address }) => address === name));
  return [...apis.map((api) => read(api.address, api)), ...elsewhere.map((name) => read(name, null))];
}

/** The resources of a type that belong to an API. */
export function membersOf(
  name: string,
  type: string,
  link: string,
  resources: readonly PlannedResource[],
): readonly PlannedResource[] {
  return resources.filter(
    (resource) => resource.type === type && linkText(resource.attributes.get(link), resources) === name,
  );
}

/** How to change a method or a route: REST and HTTP APIs name the attribute differently. */
export function terraformAdvice(attribute: string): FormatAdvice {
  return {
    guard: `set \`${attribute} = "CUSTOM"\` and \`authorizer_id\``,
    unguard: `set \`${attribute} = "NONE"\` and remove \`authorizer_id\``,
  };
}

/** The guard of a method or a route. */
export function plannedGuard(
  { attributes }: PlannedResource,
  attribute: string,
  resources: readonly PlannedResource[],
): Guard {
  const type = attributes.get(attribute);
  if (type.undecided !== null)
    return { kind: 'undecided', text: `\`${attribute}\` is ${type.undecided.text}` };
  const name = type.text ?? 'NONE';
  if (name === 'NONE') return { kind: 'none' };
  if (name !== 'CUSTOM') return { kind: 'other', what: name };
  return { kind: 'lambda', authorizer: linkText(attributes.get('authorizer_id'), resources) };
}

/** The JSON in an attribute, such as the OpenAPI document in `body`; undecided if it is other text. */
export function jsonIn(attribute: Cursor): Cursor {
  const { document, text, path } = attribute;
  if (text === null) return attribute;
  try {
    return new Cursor(document, JSON.parse(text), path);
  } catch {
    return new Cursor(document, new Undecided('text that is not JSON'), path);
  }
}
