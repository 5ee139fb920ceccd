/** The gateway responses that a Lambda authorizer leads to, and the defaults of all others. */
export type GatewayResponseType =
  | 'UNAUTHORIZED'
  | 'ACCESS_DENIED'
  | 'AUTHORIZER_FAILURE'
  | 'AUTHORIZER_CONFIGURATION_ERROR'
  | 'DEFAULT_4XX'
  | 'DEFAULT_5XX';

/** One response of a REST API that the gateway makes itself. */
export interface GatewayResponse {
  readonly type: GatewayResponseType;
  /** Absent for the defaults: each error keeps its own. */
  readonly statusCode?: string;
  /** Values as API Gateway takes them: static text in single quotes. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bodies by media type. API Gateway replaces `$context...` and nothing else. */
  readonly templates: Readonly<Record<string, string>>;
}

/** An entry of `x-amazon-apigateway-gateway-responses`. */
export interface OpenApiGatewayResponse {
  readonly statusCode?: string;
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

/** An entry of `GatewayResponses` of `AWS::Serverless::Api`. */
export interface SamGatewayResponse {
  readonly StatusCode?: string;
  readonly ResponseParameters: { readonly Headers: Readonly<Record<string, string>> };
  readonly ResponseTemplates: Readonly<Record<string, string>>;
}

/** A resource of CloudFormation. */
export interface CloudFormationGatewayResponse {
  readonly Type: 'AWS::ApiGateway::GatewayResponse';
  readonly Properties: {
    readonly RestApiId: unknown;
    readonly ResponseType: GatewayResponseType;
    readonly StatusCode?: string;
    readonly ResponseParameters: Readonly<Record<string, string>>;
    readonly ResponseTemplates: Readonly<Record<string, string>>;
  };
}

/** The same responses in the form of each tool. */
export interface GatewayResponseSet {
  readonly list: readonly GatewayResponse[];
  /** Value of `x-amazon-apigateway-gateway-responses` in an OpenAPI document. */
  readonly openApi: Readonly<Record<GatewayResponseType, OpenApiGatewayResponse>>;
  /** Value of `GatewayResponses` of `AWS::Serverless::Api`. */
  readonly sam: Readonly<Record<GatewayResponseType, SamGatewayResponse>>;
  /**
   * Resources of a CloudFormation template, by logical ID. Let the deployment of the API depend on them, or it does not
   * contain them.
   *
   * @param restApiId - `{ Ref: 'Api' }`, or the ID of the API
   */
  cloudFormation(restApiId: unknown): Readonly<Record<string, CloudFormationGatewayResponse>>;
}

/**
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.html
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-gatewayresponseobject.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html
 */
export function inEachFormat(list: readonly GatewayResponse[]): GatewayResponseSet {
  return {
    list,
    openApi: byType(list, openApiOf),
    sam: byType(list, samOf),
    cloudFormation: (restApiId) =>
      Object.fromEntries(list.map((each) => [logicalIdOf(each.type), resourceOf(each, restApiId)])),
  };
}

function byType<Form>(
  list: readonly GatewayResponse[],
  form: (response: GatewayResponse) => Form,
): Readonly<Record<GatewayResponseType, Form>> {
  const entries = list.map((each) => [each.type, form(each)]);
  return Object.fromEntries(entries) as Record<GatewayResponseType, Form>;
}

function openApiOf({ statusCode, headers, templates }: GatewayResponse): OpenApiGatewayResponse {
  return {
    ...(statusCode === undefined ? {} : { statusCode }),
    responseParameters: parametersOf(headers),
    responseTemplates: templates,
  };
}

function samOf({ statusCode, headers, templates }: GatewayResponse): SamGatewayResponse {
  return {
    ...(statusCode === undefined ? {} : { StatusCode: statusCode }),
    ResponseParameters: { Headers: headers },
    ResponseTemplates: templates,
  };
}

function resourceOf(
  { type, statusCode, headers, templates }: GatewayResponse,
  restApiId: unknown,
): CloudFormationGatewayResponse {
  return {
    Type: 'AWS::ApiGateway::GatewayResponse',
    Properties: {
      RestApiId: restApiId,
      ResponseType: type,
      ...(statusCode === undefined ? {} : { StatusCode: statusCode }),
      ResponseParameters: parametersOf(headers),
      ResponseTemplates: templates,
    },
  };
}

function parametersOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, value]),
  );
}

/** `ACCESS_DENIED` to `GatewayResponseAccessDenied`: logical IDs are alphanumeric. */
function logicalIdOf(type: GatewayResponseType): string {
  const words = type.split('_').map((word) => word.charAt(0) + word.slice(1).toLowerCase());
  return `GatewayResponse${words.join('')}`;
}
