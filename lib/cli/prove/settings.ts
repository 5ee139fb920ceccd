import { auth0Authorizer } from '../../authorizer/auth0-authorizer.ts';
import type { AuthorizerOptions } from '../../authorizer/options.ts';
import { optionsOfApi } from '../../authorizer/options-of-api.ts';
import { OptionError } from '../../decision/errors.ts';
import type { GatewayKind } from '../../gateways/gateway.ts';
import { compileIdentitySources } from '../../local-gateway/identity-sources.ts';
import type { LambdaFunction } from '../../local-gateway/local-gateway.ts';
import { clientIpOf } from '../../net/client-ip.ts';
import { twinnedCallers } from '../../proving/callers.ts';
import { tokenPlacement } from '../../proving/place-token.ts';
import type { Caller } from '../../proving/probe.ts';
import type { ProofSettings } from '../../proving/prove.ts';
import { refuseUnknownParameters } from '../../proving/route-path.ts';
import { VERBS } from '../../routes/route-key.ts';
import { oneOf } from '../../util/option-checks.ts';
import { localApi } from '../dev/local-api.ts';

/** The arguments of `prove` that a forecast depends on. */
export interface ForecastArguments {
  readonly gateway: GatewayKind;
  readonly api?: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly methods: readonly string[];
  /** Address and country of this computer, as the stage sees them. */
  readonly ip?: string | undefined;
  readonly country?: string | undefined;
  /** Seconds; default: as advised. */
  readonly ttl?: number | undefined;
  /** Default: as advised. */
  readonly identitySources?: readonly string[] | undefined;
  readonly maxRequests: number;
  readonly rate: number;
}

/** The methods in `POST,OPTIONS`. */
export function methodsIn(text: string): readonly string[] {
  return text === '' ? [] : text.split(',').map((method) => oneOf<string>(method, '--methods', VERBS));
}

/**
 * @param exported - the options in the module
 * @throws {OptionError} for options or tokens that cannot be used
 */
export async function proofSettings(
  given: ForecastArguments,
  exported: AuthorizerOptions,
  stage: URL,
  tokens: ReadonlyMap<Caller, string>,
): Promise<ProofSettings> {
  const options = optionsOfApi(exported, given.api);
  refuseOtherSources(given);
  const client = { ip: address(given.ip), country: given.country };
  const { callers, options: forecast } = twinnedCallers(options, tokens, client, Date.now() / 1000);
  const { default: middy } = await import('@middy/core');
  const { viewer: _, ...api } = localApi(options, given.gateway, true);
  const routes = (api.routes ?? []).filter(hasPath);
  refuseUnknownParameters(given.parameters, routes);
  const { ttl = api.caching.ttl, identitySources = api.caching.identitySources } = given;
  return {
    gateway: { ...api, caching: { ttl, identitySources } },
    authorizer: middy(() => true).use(auth0Authorizer(forecast)) as LambdaFunction,
    callers,
    placement: tokenPlacement(options.tokenSource),
    host: stage.host,
    client,
    plan: { routes, parameters: given.parameters, methods: given.methods },
    maxRequests: given.maxRequests,
    rate: given.rate,
    handlerDecides: options.handlerDecides === true,
    stage: stage.href.replace(/\/$/, ''),
  };
}

function hasPath(route: string): boolean {
  return route.includes(' ');
}

/** @throws {OptionError} for identity sources that the gateway does not have */
function refuseOtherSources({ gateway, identitySources }: ForecastArguments): void {
  if (identitySources === undefined) return;
  try {
    compileIdentitySources(gateway, identitySources);
  } catch (error) {
    throw new OptionError('--identity-source', (error as Error).message);
  }
}

/** @throws {OptionError} */
function address(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const found = clientIpOf(text);
  if (found === null) throw new OptionError('--ip', 'is not an IP address');
  return found;
}
