import { type Fields, fieldsOf, textOf } from './reading/event-fields.ts';

/** Events that people do send to an authorizer by mistake, each with a word on what to do about it. */
interface ForeignEvent {
  readonly words: string;
  is(event: Fields): boolean;
}

const TAKES_NONE = 'which takes no Lambda authorizer: verify the token in the handler itself';
const AS_AUTHORIZER = 'so the function is the integration of a route: attach it as the authorizer instead';

const FOREIGN: readonly ForeignEvent[] = [
  {
    words: `an Application Load Balancer event, ${TAKES_NONE}`,
    is: ({ requestContext }) => 'elb' in fieldsOf(requestContext),
  },
  {
    words: `a Function URL event, ${TAKES_NONE}`,
    is: ({ requestContext }) =>
      textOf(fieldsOf(requestContext).domainName)?.includes('.lambda-url.') === true,
  },
  {
    words: `a Lambda@Edge event, ${TAKES_NONE}`,
    is: ({ Records }) => 'cf' in fieldsOf(fieldsOf(Records)[0]),
  },
  {
    words: 'an event of an AWS IoT custom authorizer, which this package does not answer',
    is: (event) => 'protocolData' in event || 'connectionMetadata' in event,
  },
  {
    words: `an AppSync resolver event, ${AS_AUTHORIZER}`,
    is: (event) => 'arguments' in event && 'info' in event,
  },
  {
    words: `a WebSocket API event, ${AS_AUTHORIZER} on $connect`,
    is: ({ type, requestContext }) => type === undefined && 'connectionId' in fieldsOf(requestContext),
  },
  {
    words: `a proxy event, ${AS_AUTHORIZER}`,
    is: (event) => event.type === undefined && ('httpMethod' in event || 'rawPath' in event),
  },
];

/** What the event is instead, in words; `null` if it looks like nothing known. */
export function describeForeignEvent(event: unknown): string | null {
  const fields = fieldsOf(event);
  return FOREIGN.find(({ is }) => is(fields))?.words ?? null;
}
