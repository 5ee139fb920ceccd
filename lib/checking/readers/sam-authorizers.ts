import { restHeaderSource } from '../../gateways/rest.ts';
import type { DeployedAuthorizer, ResourcePolicy } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import {
  booleanSetting,
  implied,
  knownOf,
  listSetting,
  numberSetting,
  type Setting,
  textSetting,
  versionSetting,
  withDefault,
} from '../setting.ts';
import { allows } from './resource-policy.ts';
import type { SamApi } from './sam-events.ts';

/**
 * The Lambda authorizers of an API.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-lambdarequestauthorizationidentity.html
 */
export function samAuthorizers({ kind, get }: SamApi): readonly DeployedAuthorizer[] {
  return get('Auth', 'Authorizers').members.flatMap(([name, authorizer]) => {
    if (authorizer.get('FunctionArn').isMissing) return [];
    const isToken = kind === 'rest' && (authorizer.get('FunctionPayloadType').text ?? 'TOKEN') === 'TOKEN';
    const identity = authorizer.get('Identity');
    return [
      {
        name,
        place: authorizer.place,
        kind: isToken ? ('token' as const) : ('request' as const),
        identitySources: isToken ? tokenSource(identity) : sourcesOf(identity, kind),
        ttl: numberSetting(identity.get('ReauthorizeEvery'), 'ReauthorizeEvery'),
        payloadFormat: versionSetting(
          authorizer.get('AuthorizerPayloadFormatVersion'),
          'AuthorizerPayloadFormatVersion',
        ),
        simpleResponses: booleanSetting(authorizer.get('EnableSimpleResponses'), 'EnableSimpleResponses'),
      },
    ];
  });
}

function tokenSource(identity: Cursor): Setting<readonly string[]> {
  const header = withDefault(textSetting(identity.get('Header'), 'Header'), 'Authorization');
  if (header.value.kind !== 'known')
    return { ...header, value: header.value as { kind: 'undecided'; text: string } };
  return implied(identity.get('Header'), 'Header', [restHeaderSource(header.value.value)]);
}

/** How SAM turns the lists of `Identity` into identity sources. */
const PREFIXES = {
  rest: {
    Headers: restHeaderSource(''),
    QueryStrings: 'method.request.querystring.',
    Context: 'context.',
    StageVariables: 'stageVariables.',
  },
  http: {
    Headers: '$request.header.',
    QueryStrings: '$request.querystring.',
    Context: '$context.',
    StageVariables: '$stageVariables.',
  },
} as const;

/** The identity sources as the gateway writes them. */
function sourcesOf(identity: Cursor, kind: 'rest' | 'http'): Setting<readonly string[]> {
  const lists = Object.entries(PREFIXES[kind]).map(([name, prefix]) => ({
    prefix,
    list: listSetting(identity.get(name), name),
  }));
  const open = lists.find(({ list }) => list.value.kind === 'undecided');
  if (open !== undefined) return { ...open.list, name: 'Identity', place: identity.place };
  const sources = lists.flatMap(({ prefix, list }) => (knownOf(list) ?? []).map((name) => prefix + name));
  return implied(identity, 'Identity', sources);
}

/** `ResourcePolicy`: statements of one's own, or lists from which SAM makes statements that allow and deny. */
export function readSamPolicy(policy: Cursor): ResourcePolicy | null {
  if (policy.isMissing) return null;
  const { place } = policy;
  const hasLists = policy.members.some(([name]) => name !== 'CustomStatements');
  return { place, allows: hasLists ? 'yes' : allows(policy.get('CustomStatements')) };
}
