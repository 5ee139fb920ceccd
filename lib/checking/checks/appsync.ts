import type { AnalysedOptions } from '../analyse-options.ts';
import type { AppSyncApi, AppSyncProvider } from '../deployed-api.ts';
import { type Finding, undecided } from '../finding.ts';
import { knownOf } from '../setting.ts';

const LAMBDA = 'AWS_LAMBDA';

/**
 * The ways to authenticate at an AppSync API, and the TTL.
 *
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
 */
export function* appSync(options: AnalysedOptions, api: AppSyncApi): Iterable<Finding> {
  const { providers, open, place } = api;
  for (const { type } of providers) {
    const { value, name } = type;
    if (value.kind === 'undecided')
      yield undecided({ place: type.place, text: `\`${name}\` is ${value.text}` });
  }
  const lambda = providers.find(({ type }) => knownOf(type) === LAMBDA);
  if (lambda !== undefined) {
    yield* otherWays(providers);
    yield* ttlOf(options, api, lambda);
  } else if (open.length === 0 && providers.every(({ type }) => type.value.kind !== 'undecided')) {
    yield {
      code: 'missing_authorizer',
      severity: 'error',
      place,
      problem: `The API has no Lambda authorizer (${LAMBDA}), so no rule applies.`,
      change: `Set the authentication type ${LAMBDA}, with the configuration of the Lambda authorizer.`,
    };
  }
}

function* otherWays(providers: readonly AppSyncProvider[]): Iterable<Finding> {
  for (const { type, isDefault } of providers) {
    const name = knownOf(type);
    if (name === null || name === LAMBDA) continue;
    yield {
      code: 'other_authentication',
      severity: 'warning',
      place: type.place,
      problem: `Clients can also authenticate by ${name}, and then the authorizer is not invoked.`,
      change: isDefault
        ? `Make ${LAMBDA} the default, or name it wherever the rules must apply (\`@aws_lambda\` in the schema).`
        : `Remove it, or check that the schema opens to ${name} only what it must.`,
    };
  }
}

function* ttlOf(
  options: AnalysedOptions,
  { kind, place }: AppSyncApi,
  { ttl }: AppSyncProvider,
): Iterable<Finding> {
  const advice = options.adviceFor(kind);
  const own = options.settings.serializer.ttlOverride;
  if (!advice.cache && own > 0) {
    yield {
      code: 'ttl',
      severity: 'error',
      place,
      problem: `Every answer contains \`ttlOverride: ${own}\`, but answers must not be cached. ${advice.reason}`,
      change: 'Set `ttlOverride` to 0 in the options, or leave it out.',
    };
  }
  const given = knownOf(ttl);
  if (given === null || given === own) return;
  yield {
    code: 'ttl',
    severity: 'warning',
    place: ttl.place,
    problem: `\`${ttl.name}\` is ${given}, but every answer contains \`ttlOverride: ${own}\`, which counts instead.`,
    change: `Set \`${ttl.name}\` to ${own}, or \`ttlOverride\` to ${given} in the options.`,
  };
}
