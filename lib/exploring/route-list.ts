/** A place in the paths of an API: a segment, and what is below it. */
export interface TreeNode {
  /** The segment with its slash, `/{id}`; several if no route ends between them. */
  readonly label: string;
  /** Indexes of the routes that end here. */
  readonly routes: readonly number[];
  readonly children: readonly TreeNode[];
}

interface Place {
  readonly routes: number[];
  readonly children: Map<string, Place>;
}

/**
 * The routes as a tree of their paths. Keys without a path, such as `$default`, are children of the root under their own
 * names; `null` stands for undeclared paths.
 */
export function routeList(keys: readonly (string | null)[]): readonly TreeNode[] {
  const root: Place = { routes: [], children: new Map() };
  for (const [index, key] of keys.entries()) {
    let place = root;
    for (const label of labelsOf(key)) {
      const next: Place = place.children.get(label) ?? { routes: [], children: new Map() };
      place.children.set(label, next);
      place = next;
    }
    place.routes.push(index);
  }
  return nodesIn(root);
}

/** What undeclared paths are called. */
export const UNDECLARED = 'undeclared paths';

function labelsOf(key: string | null): readonly string[] {
  if (key === null) return [UNDECLARED];
  const slash = key.indexOf('/');
  if (slash < 0) return [key];
  return key
    .slice(slash + 1)
    .split('/')
    .map((segment) => `/${segment}`);
}

function nodesIn({ children }: Place): readonly TreeNode[] {
  return [...children].map(([label, place]) => joined(label, place));
}

/** Places where no route ends, and that lead to one place only, are one with it. */
function joined(label: string, place: Place): TreeNode {
  const [only, ...others] = place.children;
  if (place.routes.length === 0 && only !== undefined && others.length === 0) {
    return joined(`${label}${only[0]}`, only[1]);
  }
  return { label, routes: place.routes, children: nodesIn(place) };
}
