import { callerOf } from 'middy-auth0-authorizer/backend';

export const handler = async (event) => {
  const caller = callerOf(event);
  return { statusCode: 200, body: JSON.stringify({ route: event.routeKey, caller }) };
};
