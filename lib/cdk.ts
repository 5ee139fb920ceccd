// The authorizer as a construct of the AWS CDK.

export type { AlarmName, AlarmsProps } from './cdk/alarms.ts';
export type { ApiKind, AuthorizerByApi, AuthorizerOverrides } from './cdk/api-kinds.ts';
export { Auth0Authorizer, type Auth0AuthorizerProps } from './cdk/auth0-authorizer.ts';
export type { AuthorizerFunctionProps } from './cdk/authorizer-function.ts';
export type { CacheProps } from './cdk/cache-settings.ts';
export type { MonitoringProps } from './cdk/monitoring.ts';
