import type { GatewayKind } from '../gateways/gateway.ts';

/**
 * Logged once in an execution environment for each gateway, and only where API Gateway's cache must be configured for
 * more than the token: how the authorizer must be set up there. Once more when a request shows that this will not do.
 */
export type SetUpLine = {
  gateway: GatewayKind;
  /** Whether answers may be cached at all. */
  cache: boolean;
  /** The identity sources that make cached answers right. */
  identitySources?: readonly string[];
  /** Why nothing may be cached: configure a TTL of 0. */
  reason?: string;
  /** The routes for which no policy is exact, and what to do. */
  warning?: string;
};
