import { restHeaderSource } from '../../gateways/rest.ts';
import { isObject } from '../../util/is-object.ts';
import type { DeployedAuthorizer, FormatAdvice, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import { Cursor } from '../documents/cursor.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting, withDefault } from '../setting.ts';
import type { DocumentFormat } from './format.ts';
import { commonBasePath } from './openapi-base-path.ts';
import { type OperationTerms, operationsOf } from './openapi-operations.ts';
import { AUTHORIZER, schemesOf } from './openapi-schemes.ts';
import { readResourcePolicy } from './resource-policy.ts';

/** An OpenAPI or Swagger document by itself, such as an API that is exported from API Gateway. */
export const openApiFormat: DocumentFormat = {
  name: 'an OpenAPI document',
  option: '--openapi',
  isOne: (root) => !root.get('openapi').isMissing || !root.get('swagger').isMissing,
  read: (document) => {
    const root = Cursor.at(document);
    const kind = kindOfDocument(root);
    const name = root.get('info', 'title').text ?? document.file;
    return [{ kind, name, place: root.place, ...readOpenApi(root, kind) }];
  },
};

const CORS = 'x-amazon-apigateway-cors';
const EXTENSION = 'x-amazon-apigateway-';

/** HTTP APIs have payload formats, CORS and `$default`; documents of REST APIs have none of these. */
function kindOfDocument(root: Cursor): 'rest' | 'http' {
  const marks = [
    root.get(CORS),
    root.get(`${EXTENSION}importexport-version`),
    root.get('paths', '/$default'),
  ];
  const isHttp = schemesOf(root).some(([, scheme]) => {
    const authorizer = scheme.get(AUTHORIZER);
    const own = [authorizer.get('authorizerPayloadFormatVersion'), authorizer.get('jwtConfiguration')];
    return (
      own.some((mark) => !mark.isMissing) || authorizer.get('identitySource').text?.startsWith('$') === true
    );
  });
  return isHttp || marks.some((mark) => !mark.isMissing) ? 'http' : 'rest';
}

const ADVICE: FormatAdvice = {
  guard: 'name the scheme of the authorizer in `security` of the operation',
  unguard: 'write `security: []` at the operation',
};

/** What an OpenAPI document says about an API. */
export type OpenApiParts = Omit<RoutedApi, 'kind' | 'name' | 'place'>;

/**
 * Reads an OpenAPI document, with the extensions of API Gateway. Without any of these, it shows the routes alone.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
export function readOpenApi(root: Cursor, kind: 'rest' | 'http'): OpenApiParts {
  const isPlain = !hasExtensions(root);
  const schemes = schemesOf(root);
  // The servers of an exported API contain its stage, which is no part of the paths of routes.
  const basePath = isPlain ? commonBasePath(root) : '';
  const terms: OperationTerms = { root, kind, isPlain, basePath: basePath ?? '' };
  const paths = root.get('paths');
  const items = paths.members.filter(([name]) => name.startsWith('/'));
  const open: OpenQuestion[] = [
    ...(basePath === null
      ? [{ place: root.get('servers').place, text: 'The servers have no base path in common' }]
      : []),
    ...(paths.undecided === null
      ? []
      : [{ place: paths.place, text: 'The paths of the API are not in the document' }]),
    ...items.flatMap(([, item]) => {
      const isElsewhere = item.undecided !== null || !item.get('$ref').isMissing;
      return isElsewhere
        ? [{ place: item.place, text: 'The operations of this path are not in the document' }]
        : [];
    }),
  ];
  return {
    open,
    routes: items.flatMap(([path, item]) => operationsOf(path, item, terms)),
    authorizers: schemes.flatMap(([name, scheme]) => authorizersOf(name, scheme)),
    isWhole: open.length === 0,
    answersPreflights: kind === 'http' && !root.get(CORS).isMissing,
    resourcePolicy: kind === 'rest' ? readResourcePolicy(root.get(`${EXTENSION}policy`)) : null,
    advice: ADVICE,
  };
}

/** Whether API Gateway is mentioned: at the top, in a security scheme, or in an operation. */
function hasExtensions(root: Cursor): boolean {
  const isMentioned = ({ value }: Cursor) =>
    isObject(value) && Object.keys(value).some((name) => name.startsWith(EXTENSION));
  if (isMentioned(root) || schemesOf(root).some(([, scheme]) => isMentioned(scheme))) return true;
  return root
    .get('paths')
    .members.some(([, item]) => isMentioned(item) || item.members.some(([, one]) => isMentioned(one)));
}

/** The Lambda authorizer of a security scheme. */
function authorizersOf(name: string, scheme: Cursor): readonly DeployedAuthorizer[] {
  const authorizer = scheme.get(AUTHORIZER);
  const type = authorizer.get('type').text?.toLowerCase();
  if (type !== 'token' && type !== 'request') return [];
  const sources = listSetting(authorizer.get('identitySource'), 'identitySource');
  const header = scheme.get('name').text;
  return [
    {
      name,
      place: scheme.place,
      kind: type,
      identitySources:
        type === 'token' && header !== null ? withDefault(sources, [restHeaderSource(header)]) : sources,
      ttl: numberSetting(authorizer.get('authorizerResultTtlInSeconds'), 'authorizerResultTtlInSeconds'),
      payloadFormat: versionSetting(
        authorizer.get('authorizerPayloadFormatVersion'),
        'authorizerPayloadFormatVersion',
      ),
      simpleResponses: booleanSetting(authorizer.get('enableSimpleResponses'), 'enableSimpleResponses'),
    },
  ];
}
