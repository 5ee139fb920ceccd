import { OptionError } from '../decision/errors.ts';
import type { DeployedApi } from './deployed-api.ts';

/**
 * The APIs that the options are compared with: the one that the user names, or those with a Lambda authorizer, or all.
 *
 * @param name - default: not named
 * @throws {OptionError} `--resource`, if there is no API with this name
 */
export function chosenApis(apis: readonly DeployedApi[], name: string | undefined): readonly DeployedApi[] {
  if (name === undefined) {
    const guarded = apis.filter(hasLambdaAuthorizer);
    return guarded.length > 0 ? guarded : apis;
  }
  const named = apis.filter((api) => api.name === name);
  if (named.length > 0) return named;
  const names = apis.map((api) => `'${api.name}'`).join(', ');
  throw new OptionError(
    '--resource',
    `the document has no API '${name}'; it has ${names === '' ? 'none' : names}`,
  );
}

function hasLambdaAuthorizer(api: DeployedApi): boolean {
  if ('providers' in api)
    return api.providers.some(({ type }) => type.value.kind === 'known' && type.value.value === 'AWS_LAMBDA');
  return api.authorizers.length > 0 || api.routes.some(({ guard }) => guard.kind === 'lambda');
}
