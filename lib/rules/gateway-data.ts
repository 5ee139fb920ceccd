import type { GatewayKind } from '../gateways/gateway.ts';
import type { Verdict } from './rule.ts';

/** TOKEN authorizers are told the token and the ARN, nothing else. */
export function carriesHeaders(gateway: GatewayKind): boolean {
  return gateway !== 'rest-token';
}

/** AppSync does not tell the caller's address. */
export function carriesAddress(gateway: GatewayKind): boolean {
  return gateway !== 'rest-token' && gateway !== 'appsync-graphql' && gateway !== 'appsync-events';
}

/** The refusal of a rule that needs what the gateway does not carry: a fault of the configuration, never a pass. */
export function notSupported(rule: string, gateway: GatewayKind, source: string): Verdict {
  return {
    code: 'rule_not_supported',
    rule,
    detail: `${gateway} does not carry what ${rule}.${source} needs`,
  };
}
