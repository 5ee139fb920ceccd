import type { DeployedAuthorizer, DeployedRoute, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { type OpenApiParts, readOpenApi } from './openapi.ts';

/** What an OpenAPI document in a template says about an API; `null` if there is none. */
export function importedParts(body: Cursor | undefined, kind: 'rest' | 'http'): OpenApiParts | null {
  return body === undefined || body.isMissing ? null : readOpenApi(body, kind);
}

/** The question that an API leaves open which is not among the resources that add routes to it. */
export function madeElsewhere(name: string, place: OpenQuestion['place']): OpenQuestion {
  return { place, text: `The API ${name} is made elsewhere, perhaps with further routes` };
}

/** What the resources of a template say about an API. */
interface OwnParts {
  readonly open: readonly OpenQuestion[];
  readonly routes: readonly DeployedRoute[];
  readonly authorizers: readonly DeployedAuthorizer[];
}

/** The parts of an API that come from an imported document, then from resources. */
export function withImported(
  imported: OpenApiParts | null,
  { open, routes, authorizers }: OwnParts,
): Pick<RoutedApi, 'open' | 'routes' | 'authorizers' | 'isWhole'> {
  return {
    open: [...(imported?.open ?? []), ...open],
    routes: [...(imported?.routes ?? []), ...routes],
    authorizers: [...(imported?.authorizers ?? []), ...authorizers],
    isWhole: (imported?.isWhole ?? true) && open.length === 0,
  };
}
