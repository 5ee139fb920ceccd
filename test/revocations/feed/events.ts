/** Events of EventBridge as Auth0's partner event source sends them. */

export type Fields = Readonly<Record<string, unknown>>;

const SOURCE = 'aws.partner/auth0.com/tenant-635d694a-8a5a-4f1a-b223-1e0424edd19a';

/** An event of a log stream. */
export function logEvent(type: string, entry: Fields = {}, time = '2026-11-28T10:00:00.500Z'): Fields {
  return {
    version: '0',
    id: '623053cf-8e0f-9203-f464-e789cf18b0e2',
    'detail-type': 'Auth0 log',
    source: `${SOURCE}/auth0.logs`,
    account: '123456789012',
    time: '2026-11-28T10:00:03Z',
    region: 'eu-central-1',
    resources: [],
    detail: {
      log_id: '90020261128100000000000000000000000001223372036854775807',
      data: {
        date: time,
        type,
        description: '',
        log_id: '90020261128100000000000000000000000001223372036854775807',
        tenant_name: 'tenant',
        environment_name: 'prod-eu-1',
        ip: '192.0.2.1',
        ...entry,
      },
    },
  };
}

/** An event of an event stream: a CloudEvent in `detail`. */
export function streamEvent(type: string, object: Fields, time = '2026-11-28T10:00:00.500Z'): Fields {
  return {
    version: '0',
    id: '6b4bc671-0217-46ca-8ee0-e663c94abd91',
    'detail-type': type,
    source: `${SOURCE}/auth0.events`,
    account: '123456789012',
    time: '2026-11-28T10:00:03Z',
    region: 'eu-central-1',
    resources: [],
    detail: {
      specversion: '1.0',
      type,
      source: 'urn:auth0:tenant.eu.auth0.com',
      id: 'evt_2w0mFyxRpgXrMhvi',
      time,
      data: { object },
      a0tenant: 'tenant',
      a0stream: 'est_8of6RXoM1997qikH7NS11h',
    },
  };
}

/** A batch of SQS with these events. */
export function sqsBatch(...events: readonly unknown[]): Fields {
  return {
    Records: events.map((event, at) => ({
      messageId: String(at),
      body: typeof event === 'string' ? event : JSON.stringify(event),
      eventSource: 'aws:sqs',
    })),
  };
}
