/** One segment of a declared path. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };

/** A declared route, parsed. `key` is its canonical text, `GET /users/{id}`. */
export type RouteKey =
  | {
      readonly kind: 'path';
      readonly key: string;
      readonly method: string;
      readonly segments: readonly Segment[];
      readonly trailingSlash: boolean;
    }
  | { readonly kind: 'websocket'; readonly key: '$connect' }
  | { readonly kind: 'default'; readonly key: '$default' };
