// What clients get when a REST API refuses them, and where they find out how to get a token.

export type { ChallengeOptions } from './responses/challenge.ts';
export {
  type CorsOptions,
  type GatewayResponsesOptions,
  gatewayResponses,
} from './responses/gateway-responses.ts';
export {
  type ProtectedResourceMetadata,
  type ProtectedResourceOptions,
  protectedResourceMetadata,
} from './responses/protected-resource.ts';
export {
  type MetadataResponse,
  protectedResourceHandler,
} from './responses/protected-resource-handler.ts';
export { resourceMetadataUrl } from './responses/resource-url.ts';
export type {
  CloudFormationGatewayResponse,
  GatewayResponse,
  GatewayResponseSet,
  GatewayResponseType,
  OpenApiGatewayResponse,
  SamGatewayResponse,
} from './responses/response-formats.ts';
