import { fieldsOf } from './auth0-event.ts';

/**
 * The events of EventBridge in what Lambda passes: the event itself, or the bodies of a batch from SQS. A body that is not
 * JSON comes as text, and is no event.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function eventsIn(event: unknown): readonly unknown[] {
  const { Records } = fieldsOf(event);
  return Array.isArray(Records) ? Records.map((record) => parsed(fieldsOf(record)['body'])) : [event];
}

function parsed(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return body;
  }
}
