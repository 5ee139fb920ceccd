import { takesPolicy } from '../gateways/facts.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { DenialAnalysis, ReservedValues } from '../policy-compiler/denial-analysis.ts';
import { defined } from '../util/defined.ts';
import type { AuthorizerSettings } from './settings.ts';

/** What policies for all routes deny beyond the rules, and what they do not deny explicitly. */
export interface DenialLists {
  /**
   * Routes on which some callers are refused parameter values that are literals of the declared routes (`reserved_value`),
   * with a cache or without. Absent if there are none.
   */
  readonly reserved?: readonly ReservedValues[];
  /**
   * REST APIs: keys of declared routes that some callers who lack them are denied implicitly, because no IAM pattern
   * separates them from what the caller may use. A resource policy that allows such a request overrides that. Absent if
   * there are none, and with `denyRest`.
   */
  readonly implicit?: readonly string[];
}

/** The lists for one gateway: the analysis of the table, as far as the gateway's answers have policies. */
export function denialLists(
  { reserved, implicit }: DenialAnalysis,
  gateway: Gateway,
  { serializer, denyRest }: AuthorizerSettings,
): DenialLists {
  if (!takesPolicy(gateway, serializer.httpApiResponse)) return {};
  const isOverridable = gateway.takesResourcePolicy && !denyRest;
  return defined({
    reserved: reserved.length === 0 ? undefined : reserved,
    implicit: isOverridable && implicit.length > 0 ? implicit : undefined,
  });
}
