import type { Cursor } from '../documents/cursor.ts';

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
