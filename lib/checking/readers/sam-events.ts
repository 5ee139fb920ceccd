import type { DeployedRoute, FormatAdvice, Guard } from '../deployed-api.ts';
import { type Cursor, firstGiven } from '../documents/cursor.ts';
import type { Place } from '../documents/place.ts';
import { type Resources, referenceOf } from './cfn-resource.ts';
import { methodOf, pathOf } from './methods.ts';
import { namedGuard } from './named-guard.ts';

/** An API of SAM. */
export interface SamApi {
  readonly kind: 'rest' | 'http';
  readonly name: string;
  readonly place: Place;
  /** A property of the API; of `Globals` if the API does not have it. */
  get(...keys: readonly string[]): Cursor;
  readonly advice: FormatAdvice;
}

/** What the events of one kind of API are called. */
interface EventWords {
  readonly event: string;
  readonly id: string;
  readonly implicit: string;
}

/** The events of each function and each state machine. */
export function eventsOf(resources: Resources): readonly Cursor[] {
  return resources
    .filter(({ type }) => type === 'AWS::Serverless::Function' || type === 'AWS::Serverless::StateMachine')
    .map(({ properties }) => properties.get('Events'));
}

/** The routes that events of functions and state machines add to an API; `key` is `null` if it is not in the document. */
export function eventRoutes(
  resources: Resources,
  api: SamApi,
  words: EventWords,
): readonly (Omit<DeployedRoute, 'key'> & { readonly key: string | null })[] {
  const events = eventsOf(resources)
    .flatMap(({ members }) => members.map(([, event]) => event))
    .filter((event) => event.get('Type').text === words.event);
  return events.flatMap((event) => {
    const properties = event.get('Properties');
    const target = referenceOf(properties.get(words.id)) ?? words.implicit;
    if (target !== api.name) return [];
    const own = properties.get('Auth', 'Authorizer');
    const guard = guardOfName(firstGiven(own, api.get('Auth', 'DefaultAuthorizer')), api);
    return [{ key: keyOf(properties, api), place: event.place, guard }];
  });
}

function keyOf(properties: Cursor, { kind }: SamApi): string | null {
  const method = properties.get('Method');
  const path = properties.get('Path');
  if (kind === 'http' && path.isMissing && method.isMissing) return '$default';
  if (path.text === null || (method.text === null && !method.isMissing)) return null;
  return path.text === '$default' ? '$default' : `${methodOf(method.text ?? 'ANY')} ${pathOf(path.text)}`;
}

/** The guard by the name of an authorizer in `Auth.Authorizers`. */
export function guardOfName(name: Cursor, api: SamApi): Guard {
  if (name.undecided !== null) return { kind: 'undecided', text: `the authorizer is ${name.undecided.text}` };
  const text = name.text ?? 'NONE';
  if (text === 'NONE') return { kind: 'none' };
  if (text === 'AWS_IAM') return { kind: 'other', what: text };
  return guardOfAuthorizer(text, api);
}

/** The guard by an authorizer in `Auth.Authorizers`. SAM refuses a name that is not there. */
export function guardOfAuthorizer(authorizer: string, { get }: SamApi): Guard {
  const absence = `the API has no authorizer '${authorizer}'`;
  const maps = [get('Auth'), get('Auth', 'Authorizers')];
  return namedGuard(get('Auth', 'Authorizers', authorizer), { authorizer, absence, maps }, (declared) => {
    if (!declared.get('UserPoolArn').isMissing) return { kind: 'other', what: 'COGNITO_USER_POOLS' };
    if (!declared.get('JwtConfiguration').isMissing) return { kind: 'other', what: 'JWT' };
    return { kind: 'lambda', authorizer };
  });
}
