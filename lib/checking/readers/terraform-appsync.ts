import type { AppSyncApi, AppSyncProvider } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { numberSetting, textSetting } from '../setting.ts';
import type { PlannedResource } from './terraform-plan.ts';

const TTL = 'authorizer_result_ttl_in_seconds';
const CONFIG = 'lambda_authorizer_config';

/** The AppSync APIs of a plan: GraphQL, and Events. */
export function plannedAppSync(resources: readonly PlannedResource[]): readonly AppSyncApi[] {
  return resources.flatMap(({ type, address, attributes }): AppSyncApi[] => {
    const common = { name: address, place: attributes.place, open: [] };
    switch (type) {
      case 'aws_appsync_graphql_api':
        return [{ kind: 'appsync-graphql', providers: graphqlProviders(attributes), ...common }];
      case 'aws_appsync_api':
        return [
          { kind: 'appsync-events', providers: eventProviders(attributes.get('event_config', 0)), ...common },
        ];
      default:
        return [];
    }
  });
}

function graphqlProviders(attributes: Cursor): readonly AppSyncProvider[] {
  const others = attributes.get('additional_authentication_provider').items;
  return [attributes, ...others].map((parts, index) => ({
    type: textSetting(parts.get('authentication_type'), 'authentication_type'),
    isDefault: index === 0,
    ttl: numberSetting(parts.get(CONFIG, 0, TTL), TTL),
  }));
}

const MODES = ['connection_auth_mode', 'default_publish_auth_mode', 'default_subscribe_auth_mode'] as const;

function eventProviders(config: Cursor): readonly AppSyncProvider[] {
  const providers = config.get('auth_provider').items;
  return MODES.flatMap((name) => config.get(name).items).map((mode) => {
    const type = textSetting(mode.get('auth_type'), 'auth_type');
    const provider =
      providers.find((one) => one.get('auth_type').text === mode.get('auth_type').text) ?? mode;
    return { type, isDefault: true, ttl: numberSetting(provider.get(CONFIG, 0, TTL), TTL) };
  });
}
