import type { AppSyncApi, AppSyncProvider } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { numberSetting, textSetting } from '../setting.ts';
import { ofType, type Resource, type Resources } from './cfn-resource.ts';

/** The AppSync APIs of a template: GraphQL, and Events. */
export function readAppSync(resources: Resources): readonly AppSyncApi[] {
  return [
    ...ofType(resources, 'AWS::AppSync::GraphQLApi').map(graphqlApi),
    ...ofType(resources, 'AWS::AppSync::Api').map((api) => eventApi(api, resources)),
  ];
}

const TTL = 'AuthorizerResultTtlInSeconds';

function providerOf(
  parts: Cursor,
  type: string,
  isDefault: boolean,
  config = 'LambdaAuthorizerConfig',
): AppSyncProvider {
  return {
    type: textSetting(parts.get(type), type),
    isDefault,
    ttl: numberSetting(parts.get(config, TTL), TTL),
  };
}

function graphqlApi({ id, cursor, properties }: Resource): AppSyncApi {
  const others = properties.get('AdditionalAuthenticationProviders');
  return {
    kind: 'appsync-graphql',
    name: id,
    place: cursor.place,
    providers: [
      providerOf(properties, 'AuthenticationType', true),
      ...others.items.map((other) => providerOf(other, 'AuthenticationType', false)),
    ],
    open: openLists([others]),
  };
}

/** The modes of an Event API: each list replaces the others for what it is about, so that all count as defaults. */
const MODES = ['ConnectionAuthModes', 'DefaultPublishAuthModes', 'DefaultSubscribeAuthModes'] as const;
const CHANNEL_MODES = ['PublishAuthModes', 'SubscribeAuthModes'] as const;

function eventApi({ id, cursor, properties }: Resource, resources: Resources): AppSyncApi {
  const config = properties.get('EventConfig');
  const ttls = new Map(
    config
      .get('AuthProviders')
      .items.map((provider) => [
        provider.get('AuthType').text,
        numberSetting(provider.get('LambdaAuthorizerConfig', TTL), TTL),
      ]),
  );
  const channels = ofType(resources, 'AWS::AppSync::ChannelNamespace').filter(
    (channel) => channel.properties.get('ApiId').undecided?.target === id,
  );
  const lists = [
    ...MODES.map((name) => config.get(name)),
    ...channels.flatMap((channel) => CHANNEL_MODES.map((name) => channel.properties.get(name))),
  ];
  const modes = lists.flatMap((list) => list.items.map((mode) => mode.get('AuthType')));
  return {
    kind: 'appsync-events',
    name: id,
    place: cursor.place,
    providers: modes.map((mode) => ({
      type: textSetting(mode, 'AuthType'),
      isDefault: true,
      ttl: ttls.get(mode.text) ?? numberSetting(mode.get(TTL), TTL),
    })),
    open: openLists(lists),
  };
}

function openLists(lists: readonly Cursor[]): AppSyncApi['open'] {
  return lists
    .filter(({ undecided }) => undecided !== null)
    .map(({ place }) => ({ place, text: 'These ways to authenticate are not in the document' }));
}
