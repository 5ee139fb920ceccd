import type { Cursor } from '../documents/cursor.ts';

export const AUTHORIZER = 'x-amazon-apigateway-authorizer';

/** The security schemes of OpenAPI 3 or Swagger 2, by name. */
export function schemesOf(root: Cursor): readonly (readonly [name: string, scheme: Cursor])[] {
  return [...root.get('components', 'securitySchemes').members, ...root.get('securityDefinitions').members];
}
