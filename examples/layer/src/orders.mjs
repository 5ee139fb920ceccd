export const handler = async (event) => {
  // What the option `context` gives to the backend.
  const { sub, scope } = event.requestContext.authorizer.lambda;
  return { statusCode: 200, body: JSON.stringify({ route: event.routeKey, caller: sub, scope }) };
};
