/**
 * A path that matches two routes depending on its final slash. `open` is the route of the path as sent (`null`:
 * undeclared); `closed` is the route of the path with its final slash added or removed. REST APIs ignore a final slash,
 * HTTP APIs do not.
 */
export interface SlashTwin {
  readonly closed: number;
  readonly open: number | null;
}
