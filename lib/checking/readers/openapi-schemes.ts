import type { Guard } from '../deployed-api.ts';
import { type Cursor, firstGiven } from '../documents/cursor.ts';
import { namedGuard } from './named-guard.ts';

export const AUTHORIZER = 'x-amazon-apigateway-authorizer';

/** The security schemes of OpenAPI 3 or Swagger 2, by name. */
export function schemesOf(root: Cursor): readonly (readonly [name: string, scheme: Cursor])[] {
  return mapsOf(root).flatMap(({ members }) => members);
}

function mapsOf(root: Cursor): readonly [Cursor, Cursor] {
  return [root.get('components', 'securitySchemes'), root.get('securityDefinitions')];
}

/**
 * The guard by a security scheme. A name in `security` must be that of a scheme of the document.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export function guardOfScheme(authorizer: string, root: Cursor): Guard {
  const maps = mapsOf(root);
  const [components, definitions] = maps;
  const scheme = firstGiven(components.get(authorizer), definitions.get(authorizer));
  const absence = `the document has no security scheme '${authorizer}'`;
  const all = [root, root.get('components'), ...maps];
  return namedGuard(scheme, { authorizer, absence, maps: all }, (declared) => guardBy(declared, authorizer));
}

function guardBy(scheme: Cursor, name: string): Guard {
  const type = firstGiven(scheme.get(AUTHORIZER, 'type'), scheme.get('x-amazon-apigateway-authtype')).text;
  switch (type?.toLowerCase()) {
    case 'token':
    case 'request':
      return { kind: 'lambda', authorizer: name };
    case undefined:
      // An API key, or a scheme that API Gateway does not enforce.
      return { kind: 'none' };
    default:
      return { kind: 'other', what: String(type) };
  }
}
