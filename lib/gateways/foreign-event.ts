import { type Fields, fieldsOf, textOf } from './reading/event-fields.ts';

/** An event that people send to an authorizer by mistake. */
interface ForeignEvent {
  /** What it is, and what to do. */
  readonly description: string;
  is(event: Fields): boolean;
}

const NO_AUTHORIZER = 'which supports no Lambda authorizer: verify the token in the handler';
const INTEGRATION = 'so the function is the integration of a route: attach it as the authorizer instead';

const FOREIGN: readonly ForeignEvent[] = [
  {
    description: `an Application Load Balancer event, ${NO_AUTHORIZER}`,
    is: ({ requestContext }) => 'elb' in fieldsOf(requestContext),
  },
  {
    description: `a Function URL event, ${NO_AUTHORIZER}`,
    is: ({ requestContext }) =>
      textOf(fieldsOf(requestContext).domainName)?.includes('.lambda-url.') === true,
  },
  {
    // https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
    description: `a VPC Lattice event, ${NO_AUTHORIZER}`,
    is: ({ requestContext, raw_path: path }) =>
      'serviceNetworkArn' in fieldsOf(requestContext) || typeof path === 'string',
  },
  {
    description: `a Lambda@Edge event, ${NO_AUTHORIZER}`,
    is: ({ Records }) => 'cf' in fieldsOf(fieldsOf(Records)[0]),
  },
  {
    description: 'an event of an AWS IoT custom authorizer, which this package does not support',
    is: (event) => 'protocolData' in event || 'connectionMetadata' in event,
  },
  {
    description: `an AppSync resolver event, ${INTEGRATION}`,
    is: (event) => 'arguments' in event && 'info' in event,
  },
  {
    description: `a WebSocket API event, ${INTEGRATION} on $connect`,
    is: ({ type, requestContext }) => type === undefined && 'connectionId' in fieldsOf(requestContext),
  },
  {
    description: `a proxy event, ${INTEGRATION}`,
    is: (event) => event.type === undefined && ('httpMethod' in event || 'rawPath' in event),
  },
];

/** Describes a known event that no authorizer receives; `null` for any other event. */
export function describeForeignEvent(event: Fields): string | null {
  return FOREIGN.find(({ is }) => is(event))?.description ?? null;
}
