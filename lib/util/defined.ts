type MaybeUndefined<Members, Name extends keyof Members> = undefined extends Members[Name] ? Name : never;

/** The same members; those that may be undefined are optional and never undefined. */
export type Defined<Members> = Omit<
  Members,
  { [Name in keyof Members]-?: MaybeUndefined<Members, Name> }[keyof Members]
> & {
  [Name in keyof Members as MaybeUndefined<Members, Name>]?: Exclude<Members[Name], undefined>;
};

/**
 * Returns a copy without the members that are undefined, for types whose optional members must be absent rather than
 * undefined (`exactOptionalPropertyTypes`).
 *
 * @example
 * const lists = defined({ allowedIps: allow, deniedIps: undefined }); // { allowedIps: allow }
 */
export function defined<Members extends object>(members: Members): Defined<Members>;
export function defined(members: Readonly<Record<string, unknown>>): object {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    if (members[name] !== undefined) copy[name] = members[name];
  }
  return copy;
}
