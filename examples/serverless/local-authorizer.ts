import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { options } from './options.ts';

const issuer = 'http://127.0.0.1:4000/';

// For `npm start` only. It trusts the tokens of local-issuer.ts, and is not deployed.
export const handler = middy().use(auth0Authorizer({ ...options, domain: undefined, issuer }));
