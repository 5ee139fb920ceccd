import type { OpenApiDocument } from './document.ts';
import type { Edit } from './edits.ts';
import { isRecord, ownMember } from './pointer.ts';
import type { SchemeNames } from './route-security.ts';
import { isLambdaAuthorizer } from './security-schemes.ts';

const SCHEMES = ['components', 'securitySchemes'] as const;

/**
 * Chooses the security schemes that operations refer to: those that the document has, or else new ones.
 *
 * @param authorizer - the scheme that makes API Gateway call the authorizer
 * @param issuer - of the tokens
 */
export function chooseSchemes(
  document: OpenApiDocument,
  authorizer: object,
  issuer: string,
): { readonly names: SchemeNames; readonly edits: readonly Edit[] } {
  const declared = ownMember(ownMember(document, 'components'), 'securitySchemes');
  const schemes = isRecord(declared) ? declared : {};
  const nameOf = (isWanted: (scheme: unknown) => boolean, usual: string) =>
    Object.keys(schemes).find((name) => isWanted(schemes[name])) ?? freeName(schemes, usual);
  const names = {
    authorizer: nameOf(isLambdaAuthorizer, 'auth0-authorizer'),
    token: nameOf(carriesScopes, 'auth0'),
  };
  const edits: Edit[] = [{ path: [...SCHEMES, names.authorizer], value: authorizer }];
  if (!Object.hasOwn(schemes, names.token)) {
    const openIdConnectUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    edits.push({ path: [...SCHEMES, names.token], value: { type: 'openIdConnect', openIdConnectUrl } });
  }
  return { names, edits };
}

/** Whether requirements of the scheme may list scopes: OpenAPI 3.0 has lists for these types only. */
function carriesScopes(scheme: unknown): boolean {
  const type = ownMember(scheme, 'type');
  return (type === 'oauth2' || type === 'openIdConnect') && !isLambdaAuthorizer(scheme);
}

function freeName(schemes: object, usual: string): string {
  let name = usual;
  for (let number = 2; Object.hasOwn(schemes, name); number++) name = `${usual}-${number}`;
  return name;
}
