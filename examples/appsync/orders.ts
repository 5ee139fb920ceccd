import type { AppSyncIdentityLambda, AppSyncResolverEvent } from 'aws-lambda';

/** Resolves `Query.orders`: the orders of the caller. */
export const handler = async (event: AppSyncResolverEvent<Record<string, never>>) => {
  const { resolverContext } = event.identity as AppSyncIdentityLambda;
  return [{ id: '7', owner: resolverContext.sub }];
};
