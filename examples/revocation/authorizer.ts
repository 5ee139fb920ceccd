import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { options } from './options.ts';

export const handler = middy().use(auth0Authorizer(options));
