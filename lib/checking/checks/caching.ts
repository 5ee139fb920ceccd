import type { CacheAdvice } from '../../authorizer/cache-advice.ts';
import type { GatewayKind } from '../../gateways/gateway.ts';
import { gatewayOfKind } from '../../gateways/index.ts';
import type { AnalysedOptions } from '../analyse-options.ts';
import type { DeployedAuthorizer } from '../deployed-api.ts';
import { knownOf } from '../setting.ts';
import { gatewayKindOf, type Subject } from '../subject.ts';

/** The default TTL of API Gateway, seconds: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html */
const DEFAULT_TTL_S = 300;

/** How API Gateway caches the answers of one authorizer. */
export interface Caching {
  readonly authorizer: DeployedAuthorizer;
  readonly gateway: GatewayKind;
  readonly advice: CacheAdvice;
  /** Configured sources; none if they are undecided. */
  readonly sources: readonly string[];
  /** Seconds; `null` if it is undecided. */
  readonly ttl: number | null;
  /** What rules read and the gateway does not send. */
  readonly unsent: readonly string[];
}

/** The caching of each Lambda authorizer that the options are for. */
export function cachings({ options, api, authorizers }: Subject): readonly Caching[] {
  return authorizers.map((authorizer) => {
    const gateway = gatewayKindOf(api, authorizer);
    const { identitySources, ttl } = authorizer;
    const sources = knownOf(identitySources) ?? [];
    const hasNone = identitySources.value.kind !== 'undecided' && sources.length === 0;
    // HTTP APIs without identity sources do not cache unless a TTL is set.
    const usual = api.kind === 'http' && hasNone ? 0 : DEFAULT_TTL_S;
    const configured = ttl.value.kind === 'missing' ? usual : knownOf(ttl);
    return {
      authorizer,
      gateway,
      advice: options.adviceFor(gateway),
      sources,
      ttl: api.kind === 'websocket' ? 0 : configured,
      unsent: unsentBy(gateway, options),
    };
  });
}

function unsentBy(gateway: GatewayKind, { settings }: AnalysedOptions): readonly string[] {
  const { sends } = gatewayOfKind(gateway);
  return settings.rules.inputs.filter(
    (input) => input !== 'anything' && !(input === 'source-ip' ? sends.address : sends.headers),
  );
}
