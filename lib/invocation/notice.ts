import type { GatewayKind } from '../gateways/gateway.ts';
import type { Phase } from './invocation.ts';

/** What is logged besides decisions, because somebody has to do something about it. */
export interface Notice {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly line: SetUpLine | KeyStoreLine;
}

/** Asked after each decision; `null` when there is nothing to tell, or it was told already. */
export type Teller = (phase: Phase) => Notice | null;

/**
 * Logged once in an execution environment for each gateway, and only where API Gateway's cache must be configured for
 * more than the token, or where the declared routes do not fit the gateway: how the authorizer must be set up there. Once
 * more when a request shows that this will not do.
 */
export type SetUpLine = {
  gateway: GatewayKind;
  /** Whether answers may be cached at all. */
  cache: boolean;
  /** The identity sources that make cached answers right. */
  identitySources?: readonly string[];
  /** Why nothing may be cached: configure a TTL of 0. */
  reason?: string;
  /** The routes for which no policy is exact, or that can never be asked for here, and what to do. */
  warning?: string;
};

/** Logged once in an execution environment, when a call of `jwks.store` fails: until it is mended the fleet asks Auth0. */
export type KeyStoreLine = {
  /** What the store was asked to do. */
  operation: 'read' | 'write' | 'lease';
  /** What it answered instead. */
  error: unknown;
};
