import { AuthorizerFault } from '../decision/errors.ts';
import { describeForeignEvent } from './foreign-event.ts';
import type { Gateway } from './gateway.ts';
import { type Fields, fieldsOf } from './reading/event-fields.ts';
import { hasMarks, missingMarks } from './reading/marks.ts';

/**
 * Makes the function that finds the gateway which sent an event: the one whose marks the event has. No event has the
 * marks of two gateways, so their order does not matter.
 *
 * The function throws {@link AuthorizerFault} `unknown_event` if the event has the marks of no gateway. The message names the
 * marks that it lacks of the nearest gateways, and says what the event is if that is known (S3, SQS, ...).
 */
export function createRecogniser(gateways: readonly Gateway[]): (event: unknown) => Gateway {
  // A function seldom serves more than one gateway: the one of the latest event is tried first.
  let latest = gateways[0] as Gateway;
  return (event) => {
    const fields = fieldsOf(event);
    if (hasMarks(fields, latest.marks)) return latest;
    const gateway = gateways.find(({ marks }) => hasMarks(fields, marks));
    if (gateway === undefined) throw new AuthorizerFault('unknown_event', explain(fields, gateways));
    latest = gateway;
    return gateway;
  };
}

/** Fields that only authorizer events have. If the event has one, only the nearest gateways are named. */
const AUTHORIZER_FIELDS = ['type', 'methodArn', 'routeArn', 'authorizationToken'] as const;

function explain(fields: Fields, gateways: readonly Gateway[]): string {
  const lacks = gateways.map(({ kind, marks }) => ({ kind, missing: missingMarks(fields, marks) }));
  const fewest = Math.min(...lacks.map(({ missing }) => missing.length));
  const isNear = AUTHORIZER_FIELDS.some((name) => name in fields);
  const nearest = lacks
    .filter(({ missing }) => !isNear || missing.length === fewest)
    .map(({ kind, missing }) => `${kind} (${missing.join(', ')})`);
  const foreign = describeForeignEvent(fields);
  const verdict = foreign === null ? 'not an event of a Lambda authorizer' : `this is ${foreign}`;
  return `${verdict}; it lacks for ${nearest.join(', or for ')}`;
}
