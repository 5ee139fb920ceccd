import middy from '@middy/core';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import type { Handler } from './contender.ts';

/** Options of an authorizer, as JSON. */
export type RuleSettings = AuthorizerOptions;

/** This package with any options. */
export function create(options: RuleSettings): Handler {
  return middy().use(auth0Authorizer({ logger: false, ...options })) as unknown as Handler;
}
