/** Events for the tests, as EventBridge passes them on. */

const SOURCE = 'aws.partner/auth0.com/tenant-635d694a-8a5a-4f1a-b223-1e0424edd19a';

/** What any of the events names. */
const OBJECT = { id: 'org_1', user_id: 'auth0|ann', blocked: true, user: { user_id: 'auth0|ann' } };

/** An event of an Auth0 event stream. */
export function streamEvent(type: string): object {
  const time = new Date().toISOString();
  const detail = { specversion: '1.0', type, id: 'evt_1', time, data: { object: OBJECT } };
  return { source: `${SOURCE}/auth0.events`, 'detail-type': type, time, detail };
}

/** An entry of an Auth0 log stream. */
export function logEvent(type: string): object {
  const time = new Date().toISOString();
  const detail = { log_id: '1', data: { log_id: '1', type, date: time, user_id: OBJECT.user_id } };
  return { source: `${SOURCE}/auth0.logs`, 'detail-type': 'Auth0 log', time, detail };
}
