// Routes from an OpenAPI document.

export { OpenApiError, type OpenApiProblem, type OpenApiProblemCode } from './openapi/problem.ts';
export type { OpenApiOptions } from './openapi/read-openapi.ts';
export { routesFromOpenApi } from './openapi/routes-from-openapi.ts';
