import type { Cursor } from '../documents/cursor.ts';
import type { ApiTypes } from './api-types.ts';

/** A resource of a template. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly cursor: Cursor;
  readonly properties: Cursor;
}

/** All resources of a template. */
export type Resources = readonly Resource[];

export function resourcesOf(root: Cursor): Resources {
  return root.get('Resources').members.map(([id, cursor]) => ({
    id,
    type: cursor.get('Type').text ?? '',
    cursor,
    properties: cursor.get('Properties'),
  }));
}

export function ofType(resources: Resources, type: string): Resources {
  return resources.filter((resource) => resource.type === type);
}

/** The ID of the resource that a value refers to; else the text that stands there; `null` if there is none. */
export function referenceOf({ undecided, text }: Cursor): string | null {
  return undecided === null ? text : (undecided.target ?? undecided.text);
}

/** Says which resources belong to an API. */
export function belongsTo(name: string, link: string): (resource: Resource) => boolean {
  return ({ properties }) => apiNameIn(properties, link) === name;
}

function apiNameIn(properties: Cursor, link: string): string {
  return referenceOf(properties.get(link)) ?? '?';
}

/** The APIs of a template: those that it makes, and, with `null`, those of other stacks that it adds routes to. */
export function apisOf<Api>(
  resources: Resources,
  { api, member, link }: ApiTypes,
  read: (name: string, api: Resource | null) => Api,
): readonly Api[] {
  const ids = new Set(resources.map(({ id }) => id));
  const names = new Set(ofType(resources, member).map(({ properties }) => apiNameIn(properties, link)));
  return [
    ...ofType(resources, api).map((own) => read(own.id, own)),
    ...[...names].filter((name) => !ids.has(name)).map((name) => read(name, null)),
  ];
}
