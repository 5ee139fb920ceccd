import middy from '@middy/core';
import { type DpopOptions, dpop, type MtlsOptions, mtls } from '../../lib/binding.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import type { Handler } from './contender.ts';

/** Options of an authorizer for bound tokens, as JSON. */
export interface BoundSettings {
  readonly options: AuthorizerOptions;
  readonly dpop?: DpopOptions;
  readonly mtls?: MtlsOptions;
}

/** This package, with the bindings that the settings name. */
export function create({ options, ...bindings }: BoundSettings): Handler {
  const chain = auth0Authorizer({
    ...options,
    logger: false,
    ...(bindings.dpop && { dpop: dpop(bindings.dpop) }),
    ...(bindings.mtls && { mtls: mtls(bindings.mtls) }),
  });
  return middy().use(chain) as unknown as Handler;
}
