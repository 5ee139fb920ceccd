import { dynamoDbKeyStore } from 'middy-auth0-authorizer/stores/dynamodb';

/** The table of the stack. The authorizer, the feed and the command line use it. */
export const store = dynamoDbKeyStore({ table: process.env['TABLE'] ?? 'orders-revocation' });
