import type { Refusal } from '../decision/decision.ts';
import type { SentData } from './facts.ts';
import type { GatewayKind } from './gateway.ts';
import { gatewayOfKind } from './index.ts';

/**
 * Refuses a request for a rule that reads what the gateway does not send: the configuration is at fault, and
 * such a rule must never pass.
 *
 * @param rule - the rule's name, `ip`
 * @param option - the option of the rule that names the data
 * @returns `null` if the gateway sends the data
 */
export function refuseUnsent(
  kind: GatewayKind,
  data: keyof SentData,
  rule: string,
  option = 'source',
): Refusal | null {
  if (gatewayOfKind(kind).sends[data]) return null;
  const detail = `${kind} does not send the ${data} that ${rule}.${option} reads`;
  return { code: 'rule_not_supported', rule, detail };
}
